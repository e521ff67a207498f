import { currentInvocation } from '../../engine/adapter.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { shared } from '../../process-state.js';
import type { InvocationScope } from './invocation-scope.js';

/**
 * Found by the invocation, which the engine knows wherever its code runs: with a second storage beside the engine's,
 * Node would do its work for every promise twice.
 */
const scopes = shared('scopes', () => new WeakMap<DurableInvocation, InvocationScope>());

/** The scope of the invocation in which the calling code runs. */
export function currentScope(): InvocationScope | undefined {
  const invocation = currentInvocation();
  return invocation && scopes.get(invocation);
}

/** From now on the scope is found. */
export function rememberScope(scope: InvocationScope): void {
  scopes.set(scope.invocation, scope);
}
