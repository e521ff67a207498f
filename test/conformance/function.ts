import { withDurableExecution } from 'nestjs-durable-execution/engine';
import { loadHandler } from './load-handlers.js';

// The module that the worker processes load: one function for each requirement, told apart by the environment.
const { CONFORMANCE_SUITE: suite = '', CONFORMANCE_HANDLER: id = '' } = process.env;
const registered = await loadHandler(suite, id);
if (!registered) throw new Error(`Nothing is registered for ${id} in ${suite}.`);

export const handler = withDurableExecution(
  registered.handler as (event: unknown) => Promise<unknown>,
  registered.config,
);
