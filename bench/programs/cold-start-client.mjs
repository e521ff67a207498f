// The AWS client alone: it is loaded, and makes the two calls that two steps need. No engine that uses this client can
// be faster. Argument: the event.
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { report } from '../lib/fresh-process.mjs';

const { DurableExecutionArn, CheckpointToken } = JSON.parse(process.argv[2]);
const require = createRequire(import.meta.url);

const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
const { CheckpointDurableExecutionCommand, LambdaClient } = require('@aws-sdk/client-lambda');
const loadedMs = performance.now();
const client = new LambdaClient();
let token = CheckpointToken;
for (const Id of ['one', 'two']) {
  const operation = { Id, Type: 'STEP', SubType: 'Step', Name: Id };
  const Updates = [
    { ...operation, Action: 'START' },
    { ...operation, Action: 'SUCCEED', Payload: '1' },
  ];
  const command = new CheckpointDurableExecutionCommand({ DurableExecutionArn, CheckpointToken: token, Updates });
  ({ CheckpointToken: token } = await client.send(command));
}
const endedMs = performance.now();
const cpu = process.cpuUsage(cpuBefore);
report({
  total: endedMs - startedMs,
  init: loadedMs - startedMs,
  first: endedMs - loadedMs,
  cpu: (cpu.user + cpu.system) / 1000,
});
