// Lambda from the view of a function: AWS's own runtime client in a process with the flags of the managed runtime, in a
// folder that contains only the bundle. It has the Runtime API, and the part of the durable API that one invocation
// needs.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const LAMBDA_FLAGS = ['--no-experimental-require-module', '--no-experimental-detect-module'];
/** For what hangs. */
const PATIENCE_MS = 120_000;
const REQUEST_ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';

/**
 * @param node which Node runs the function
 * @param bundle a folder with `index.mjs`
 * @returns the function's response, or how it failed; what it recorded, and what it wrote to stderr
 */
export async function invokeOnLambda({ node, bundle, event, environment }) {
  const recorded = [];
  const answer = Promise.withResolvers?.() ?? deferred();
  const api = await listen(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(checkpoint(JSON.parse((await text(request)) || '{}'), recorded)));
  });
  const runtime = await listen(async (request, response) => {
    const body = await text(request);
    const [, , , , what = 'next', kind] = request.url.split('/');
    if (what !== 'next') answer.resolve({ kind: kind ?? what, body: body && JSON.parse(body) });
    else if (answer.invoked)
      return; // Lambda keeps the sandbox waiting for the next invocation.
    else answer.invoked = response.writeHead(200, invocationHeaders());
    response.end(what === 'next' ? JSON.stringify(event) : undefined);
  });
  const child = startRuntime({ node, bundle, api, runtime, environment });
  const timer = setTimeout(() => answer.reject(new Error('The function has not responded.')), PATIENCE_MS);
  child.ended.then((how) => answer.reject(new Error(`The runtime ended with ${how}.`)));
  const said = text(child.process.stderr);
  try {
    const given = await answer.promise;
    child.process.kill('SIGKILL');
    return { ...given, recorded, said: await said };
  } finally {
    clearTimeout(timer);
    child.process.kill('SIGKILL');
    process.stderr.write(await said);
    for (const server of [api, runtime]) server.close().closeAllConnections();
  }
}

function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

function invocationHeaders() {
  return {
    'Lambda-Runtime-Aws-Request-Id': REQUEST_ID,
    'Lambda-Runtime-Deadline-Ms': String(Date.now() + PATIENCE_MS),
    'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-west-1:123456789012:function:fulfil-order:1',
  };
}

/** Accepts every update; a retry is pending, and a start is recorded as started. */
function checkpoint({ Updates = [] }, recorded) {
  recorded.push(...Updates);
  const now = Date.now() / 1000;
  const Operations = Updates.map(({ Id, Name, Type, SubType, Action, Payload }) => ({
    ...{ Id, Name, Type, SubType, StartTimestamp: now },
    Status: { SUCCEED: 'SUCCEEDED', FAIL: 'FAILED', RETRY: 'PENDING' }[Action] ?? 'STARTED',
    ...(Action === 'SUCCEED' && { EndTimestamp: now }),
    ...(Type === 'STEP' && { StepDetails: { Attempt: 1, Result: Payload } }),
    ...(Type === 'WAIT' && { WaitDetails: { ScheduledEndTimestamp: now + 3600 } }),
  }));
  return { CheckpointToken: 'dG9rZW4=', NewExecutionState: { Operations } };
}

function startRuntime({ node, bundle, api, runtime, environment }) {
  const task = mkdtempSync(join(tmpdir(), 'var-task-'));
  cpSync(bundle, task, { recursive: true });
  const client = createRequire(import.meta.url).resolve('aws-lambda-ric');
  const args = [...LAMBDA_FLAGS, '--require', join(import.meta.dirname, 'no-native.cjs'), client, 'index.handler'];
  const child = spawn(node, args, {
    cwd: task,
    stdio: ['ignore', process.env.VERBOSE ? 'inherit' : 'ignore', 'pipe'],
    env: {
      ...{ PATH: process.env.PATH, LAMBDA_TASK_ROOT: task, LAMBDA_RUNTIME_DIR: '/var/runtime', OUTSIDE_WORLD: task },
      ...{ AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true', _HANDLER: 'index.handler' },
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${runtime.address().port}`,
      AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${api.address().port}`,
      ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' },
      ...{ AWS_LAMBDA_FUNCTION_NAME: 'fulfil-order', AWS_LAMBDA_FUNCTION_VERSION: '1' },
      ...{ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512', AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' },
      ...{ AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fulfil-order', AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/28/[1]1' },
      ...environment,
    },
  });
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)));
  return { process: child, ended };
}

async function listen(answer) {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
