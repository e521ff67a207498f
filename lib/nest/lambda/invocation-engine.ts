// What durable events need of the engine and no other event does: most of this package's code, loaded with the first one.
export { loadPlugins } from '../../engine/invocation/plugins/load-plugins.js';
export { refuseInvocation, runInvocation } from '../../engine/invocation/run-invocation.js';
export { openState } from '../../engine/state/load-state.js';
