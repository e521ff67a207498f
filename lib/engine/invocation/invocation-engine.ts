/*
 * The part of the engine that only durable events need, for the part of the Nest layer that is loaded with the first of
 * them: most of its code.
 */
export { clientInEvent } from './client-in-event.js';
export { encodeResult } from './ending.js';
export { isFailedInvocation } from './failed-invocations/failure-records.js';
export { loadPlugins } from './plugins/load-plugins.js';
export { runInvocation } from './run-invocation.js';
export { openState } from '../state/load-state.js';
