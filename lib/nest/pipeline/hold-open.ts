import type { DurableInvocation, Invocation } from '../../engine/invocation.js';

/**
 * Keeps an invocation from being suspended while Nest makes an answer of what the handler returned or threw: to the engine
 * the handler looks idle then, and an operation it left behind, such as the loser of a race, looks like what it waits for.
 *
 * @returns ends it
 */
export function holdOpen(invocation: DurableInvocation): () => void {
  const { activity } = invocation as Invocation;
  activity.change('executing', +1);
  return () => activity.change('executing', -1);
}
