import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { startLocalService } from 'nestjs-durable-execution/local';
import { OneSandboxEach, Sandbox, type Sandboxes } from './sandboxes.js';
import type { UseCase } from './use-case.js';

/** `drive-use-case.js <module of a use case>`: runs its execution in every kind of sandbox, and compares. */
const modulePath = pathToFileURL(process.argv[2]!).href;

/** How an execution went, as the service and the world outside tell it. */
interface Course {
  outcome: unknown;
  history: string[];
}

/** Opens the sandboxes of one kind. */
type Kind = (useCase: UseCase, env: NodeJS.ProcessEnv) => Promise<Sandboxes>;

const kinds: Record<string, Kind> = {
  'a fresh process for each invocation': async (_useCase, env) => new OneSandboxEach(modulePath, env),
  'a warm process': async (_useCase, env) => new Sandbox(modulePath, env),
  'a process that has served HTTP before': async (useCase, env) => {
    const sandbox = new Sandbox(modulePath, env);
    await serves(sandbox, useCase);
    return sandbox;
  },
};

async function serves(sandbox: Sandbox, { request, answer }: UseCase): Promise<void> {
  const context = { awsRequestId: 'plain', functionName: 'app', functionVersion: '$LATEST' };
  const response = (await sandbox.handle(request, context)) as { statusCode: number; body: string };
  assert.equal(response.statusCode, answer.status, `the plain request: ${JSON.stringify(response)}`);
  assert.ok(response.body.includes(answer.body ?? ''), `the plain request: ${response.body}`);
}

async function courseIn(kind: Kind, useCase: UseCase): Promise<Course> {
  const directory = mkdtempSync(join(tmpdir(), 'use-case-'));
  let sandboxes: Sandboxes | undefined;
  const handler = (event: unknown, context: object) => sandboxes!.handle(event, context);
  const functions = { app: { handler, timeoutSeconds: 60, durable: { executionTimeoutSeconds: 30 * 24 * 3600 } } };
  const service = await startLocalService({ skipTime: true, functions: functions as never });
  const client = new LambdaClient({ endpoint: service.endpoint });
  try {
    const env = { ...process.env, RUN_DIRECTORY: directory, AWS_ENDPOINT_URL_LAMBDA: service.endpoint };
    sandboxes = await kind(useCase, env);
    const course = await run(client, useCase.input);
    assertSeen(join(directory, 'world'), useCase.seen ?? {});
    return course;
  } finally {
    sandboxes?.close();
    client.destroy();
    await service.close();
    rmSync(directory, { recursive: true });
  }
}

function assertSeen(file: string, seen: Record<string, number>): void {
  for (const [text, times] of Object.entries(seen)) {
    const world = readFileSync(file, 'utf8');
    assert.equal(world.split(text).length - 1, times, `"${text}" in the world outside:\n${world}`);
  }
}

async function run(client: LambdaClient, input: object): Promise<Course> {
  const Payload = Buffer.from(JSON.stringify(input));
  const start = new InvokeCommand({ FunctionName: 'app', Qualifier: '$LATEST', Payload });
  const { DurableExecutionArn } = await client.send(start);
  const {
    Status,
    Result,
    Error: error,
  } = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn, IncludeExecutionData: true }));
  const { Events = [] } = await client.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn }));
  // The name of an execution is a new one each time.
  const history = Events.map(({ EventType = '', Name = '' }) =>
    EventType.startsWith('Execution') ? EventType : `${EventType} ${Name}`.trim(),
  );
  assert.ok(
    history.filter((event) => event === 'InvocationCompleted').length > 1,
    `it was resumed: ${history.join(', ')}`,
  );
  if (Status !== 'SUCCEEDED')
    return { outcome: { Status, type: error?.ErrorType, message: error?.ErrorMessage }, history };
  return { outcome: outcomeOf(Result === undefined ? undefined : JSON.parse(Result)), history };
}

/** Of a response what users look at. */
function outcomeOf(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return result;
  const { statusCode, body } = result as { statusCode: number; body: string };
  return { statusCode, body: body.startsWith('{') || body.startsWith('[') ? JSON.parse(body) : body };
}

/** What a module says of its use case; a separate process reads it, because not all modules end by themselves. */
async function describe(): Promise<UseCase> {
  const sandbox = new Sandbox(modulePath, process.env);
  try {
    return (await sandbox.describe()) as UseCase;
  } finally {
    sandbox.close();
  }
}

async function main(): Promise<void> {
  const describing = describe();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: 'app',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  });
  const useCase = await describing;
  const courses = await Promise.all(Object.values(kinds).map((kind) => courseIn(kind, useCase)));
  for (const [i, kind] of Object.keys(kinds).entries()) {
    assert.deepEqual(courses[i]!.outcome, useCase.expected, `the outcome in ${kind}`);
    assert.deepEqual(courses[i], courses[0], `the course in ${kind}`);
  }
}

main().then(
  () => console.log('all courses are equal'),
  (error: unknown) => {
    console.error(error);
    // The other sandboxes may be waiting for ever.
    process.exit(1);
  },
);
