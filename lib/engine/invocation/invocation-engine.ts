// The code that runs durable invocations, for the Nest layer: loaded with the first of them.
export { loadPlugins } from './plugins/load-plugins.js';
export { refuseInvocation, runInvocation } from './run-invocation.js';
export { openState } from '../state/load-state.js';
