import { currentInvocation } from '../../engine/adapter.js';
import { type HandlerMethod, placeOf } from '../discovery/discovered-handler.js';
import { hasMarkedMethods, markOf } from '../discovery/method-marks.js';
import { DURABLE_METADATA, WEBHOOK_METADATA } from '../durable-execution.constants.js';
import { replacedOnInstance } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

/**
 * A function that an instance has in place of a method is given the decorators of that when the application boots. An
 * instance of request scope is made later: its route would run without its guards, and as one that is not durable.
 *
 * @param called - has no metadata of `@Durable()`
 * @throws {DurableConfigurationError} if it is in the place of a durable route or of a webhook; the execution fails
 */
export function assertDecorated(instance: object, called: HandlerMethod): void {
  if (!hasMarkedMethods(instance.constructor) || Reflect.hasMetadata(WEBHOOK_METADATA, called)) return;
  const own = Object.entries(instance) as Array<[string, unknown]>;
  const methodName = own.find(([, value]) => value === called)?.[0];
  if (methodName === undefined) return;
  const { constructor } = instance;
  const target = constructor.prototype as Record<string, HandlerMethod | undefined>;
  const method = target[methodName];
  const isMarked = (key: string) => method && markOf(key, { target, name: methodName, method }) !== undefined;
  if (![DURABLE_METADATA, WEBHOOK_METADATA].some(isMarked)) return;
  const error = new DurableConfigurationError(replacedOnInstance(placeOf({ className: constructor.name, methodName })));
  currentInvocation()?.proposeFailure(error);
  throw error;
}
