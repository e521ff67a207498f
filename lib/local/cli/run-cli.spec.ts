import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCallback } from '../../wire/callback-value.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { PACKAGE_VERSION } from '../../package-version.js';
import type { LocalService } from '../local-service.js';
import { startLocalService } from '../start-local-service.js';
import { COMMANDS } from './commands.js';
import { runCli } from './run-cli.js';
import { ServiceClient } from './service-client.js';
import { RecordingTerminal } from './testing-fixtures/recording-terminal.js';

let service: LocalService;
let reached: () => void;
/** What an invocation waits for before it is over. */
let held: Promise<void>;

/** Waits for a callback and returns what it brings; the protocol by hand, for the service knows no SDK. */
async function approval(event: DurableExecutionInvocationInput): Promise<object> {
  const { DurableExecutionArn, CheckpointToken, InitialExecutionState } = event;
  const callback = InitialExecutionState.Operations.find(({ Type }) => Type === 'CALLBACK');
  if (callback?.Status === 'SUCCEEDED') return { Status: 'SUCCEEDED', Result: callback.CallbackDetails?.Result };
  if (callback?.Status === 'FAILED') return { Status: 'FAILED', Error: callback.CallbackDetails?.Error };
  if (!callback) await createCallback({ DurableExecutionArn, CheckpointToken }, { Name: 'approval' });
  reached();
  await held;
  return { Status: 'PENDING' };
}

/** Ends when a stop is requested, but not before it is released, if its input says so. */
async function stoppable({ InitialExecutionState, ...event }: DurableExecutionInvocationInput): Promise<object> {
  const [execution, callback] = InitialExecutionState.Operations;
  const input = execution?.ExecutionDetails?.InputPayload;
  if (!callback && input === '"late"') await held;
  if (!callback) await createCallback(event, { Name: 'stop request', SubType: 'StopRequest' });
  if (callback?.Status !== 'SUCCEEDED') return { Status: 'PENDING' };
  if (input === '"slow"') await held;
  const { message } = JSON.parse(callback.CallbackDetails!.Result!) as { message: string };
  return { Status: 'FAILED', Error: { ErrorMessage: message } };
}

async function createCallback(
  {
    DurableExecutionArn,
    CheckpointToken,
  }: Pick<DurableExecutionInvocationInput, 'DurableExecutionArn' | 'CheckpointToken'>,
  named: { Name: string; SubType?: string },
): Promise<void> {
  const Updates = [{ Id: 'c', Type: 'CALLBACK', Action: 'START', CallbackOptions: {}, ...named }];
  const url = `${service.endpoint}/2025-12-01/durable-executions/${encodeURIComponent(DurableExecutionArn)}/checkpoint`;
  await fetch(url, { method: 'POST', body: JSON.stringify({ CheckpointToken, Updates }) });
}

/** Looks until an execution has come so far. */
async function until(reference: string, type: string): Promise<void> {
  for (;;) {
    const events = await json<Array<{ EventType: string }>>('history', reference);
    if (events.some(({ EventType }) => EventType === type)) return;
  }
}

let flakyRuns = 0;

function flaky(): object {
  flakyRuns += 1;
  if (flakyRuns < 3) throw new Error(`no database (${flakyRuns})`);
  return { Status: 'SUCCEEDED', Result: '"third time"' };
}

async function run(...args: string[]): Promise<{ exitCode: number; lines: string[]; complaints: string[] }> {
  const terminal = new RecordingTerminal();
  const exitCode = await runCli([...args, '--port', new URL(service.endpoint).port], terminal);
  return { exitCode, lines: terminal.printed, complaints: terminal.complaints };
}

async function json<T>(...args: string[]): Promise<T> {
  const { lines, complaints } = await run(...args, '--json');
  expect(complaints).toEqual([]);
  return JSON.parse(lines.join('')) as T;
}

/** Starts an execution that waits for its callback. */
async function startWaiting(name: string): Promise<{ arn: string; callbackId: string }> {
  const isReached = new Promise<void>((resolve) => (reached = resolve));
  const { DurableExecutionArn } = await json<{ DurableExecutionArn: string }>('start', 'approval', '--name', name);
  await isReached;
  const events = await json<{ CallbackStartedDetails?: { CallbackId: string } }[]>('history', DurableExecutionArn);
  const callbackId = events.find((event) => event.CallbackStartedDetails)?.CallbackStartedDetails?.CallbackId;
  return { arn: DurableExecutionArn, callbackId: callbackId ?? '' };
}

beforeEach(async () => {
  reached = () => undefined;
  held = Promise.resolve();
  flakyRuns = 0;
  const durable = { executionTimeoutSeconds: 600 };
  service = await startLocalService({
    retryPolicy: { maxDelaySeconds: 0.1 },
    functions: {
      approval: { handler: approval, durable },
      echo: {
        durable,
        handler: (event: DurableExecutionInvocationInput) => ({
          Status: 'SUCCEEDED',
          Result: event.InitialExecutionState.Operations[0]?.ExecutionDetails?.InputPayload,
        }),
      },
      broken: {
        durable,
        handler: () => ({ Status: 'FAILED', Error: { ErrorType: 'OutOfStock', ErrorMessage: 'none left' } }),
      },
      resize: { handler: () => 'done' },
      flaky: { durable, handler: () => flaky() },
      stoppable: { handler: stoppable, durable },
    },
  });
});
afterEach(() => service.close());

describe('nestjs-durable start', () => {
  it('prints the ARN of the execution', async () => {
    const { exitCode, lines } = await run('start', 'echo', '--input', '{"id":7}');

    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^arn:aws:lambda:us-east-1:\d{12}:function:echo:\$LATEST\/durable-execution\//),
    ]);
  });

  it('waits for the result when asked to', async () => {
    expect(await run('start', 'echo', '--input', '{"id":7}', '--wait')).toEqual({
      exitCode: 0,
      lines: ['{"id":7}'],
      complaints: [],
    });
  });

  it('fails with an execution that fails', async () => {
    const { exitCode, complaints } = await run('start', 'broken', '--wait');

    expect(exitCode).toBe(1);
    expect(complaints).toEqual(['nestjs-durable: The execution ended FAILED: OutOfStock: none left']);
  });

  it('tells failing invocations while it waits, once each', async () => {
    const { exitCode, lines, complaints } = await run('start', 'flaky', '--wait');

    expect(exitCode).toBe(0);
    expect(lines).toEqual(['"third time"']);
    expect(complaints).toEqual([
      expect.stringMatching(/^✗ invocation failed after .+ {2}Error: no database \(1\)$/),
      expect.stringMatching(/^✗ invocation failed after .+ {2}Error: no database \(2\)$/),
    ]);
  });

  it('takes the input from a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'durable-cli-'));
    await writeFile(join(directory, 'order.json'), '{"from":"file"}');

    expect((await run('start', 'echo', '--wait', '--input', `@${join(directory, 'order.json')}`)).lines).toEqual([
      '{"from":"file"}',
    ]);
    await rm(directory, { recursive: true });
  });

  it('starts a plain function too', async () => {
    expect((await run('start', 'resize')).lines).toEqual(['resize is not durable; it runs in the background.']);
  });

  it.each([
    [
      ['start', 'refund'],
      1,
      'There is no function refund; the service has approval, echo, broken, resize, flaky, stoppable.',
    ],
    [
      ['list', 'refund'],
      1,
      'There is no function refund; the service has approval, echo, broken, resize, flaky, stoppable.',
    ],
    [
      ['start', 'echo', '--input', '{'],
      2,
      expect.stringMatching(/^--input is not JSON: .+\. Text needs its own quotes: '"text"'\.$/),
    ],
    [['start', 'echo', '--input', '@/nowhere'], 2, expect.stringContaining('--input names a file that cannot be read')],
    [['start', 'echo', '--name', 'not a name'], 1, expect.stringContaining('not a name')],
  ])('refuses %j in one sentence', async (args, expectedExitCode, sentence) => {
    const { exitCode, lines, complaints } = await run(...args);

    expect(exitCode).toBe(expectedExitCode);
    expect(lines).toEqual([]);
    expect(complaints.map((complaint) => complaint.replace('nestjs-durable: ', ''))).toEqual([sentence]);
  });

  it('says that a name is taken by other input', async () => {
    await run('start', 'echo', '--name', 'one', '--input', '1');

    const { exitCode, complaints } = await run('start', 'echo', '--name', 'one', '--input', '2');

    expect(exitCode).toBe(1);
    expect(complaints).toEqual([expect.stringContaining('Execution already started')]);
  });
});

describe('nestjs-durable list', () => {
  it('lists the executions of all functions, newest first', async () => {
    await run('start', 'echo', '--name', 'first', '--wait');
    await startWaiting('second');

    const { lines } = await run('list');

    expect(lines).toEqual([
      'status     started                      took  function and name',
      expect.stringMatching(/^RUNNING {4}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {16}approval second$/),
      expect.stringMatching(/^SUCCEEDED {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+ ms {2}echo first$/),
    ]);
  });

  it('lists only what it is asked for', async () => {
    await run('start', 'echo', '--name', 'first', '--wait');
    await run('start', 'broken', '--name', 'second', '--wait');
    const names = async (...args: string[]) =>
      (await json<{ DurableExecutionName: string }[]>('list', ...args)).map(
        (execution) => execution.DurableExecutionName,
      );

    expect(await names('echo')).toEqual(['first']);
    expect(await names('--status', 'failed')).toEqual(['second']);
    expect(await names('--limit', '1')).toHaveLength(1);
  });

  it('says that there are none, and refuses a status that does not exist', async () => {
    expect((await run('list')).complaints).toEqual(['There are no such executions.']);
    expect(await run('list', '--status', 'done')).toMatchObject({
      exitCode: 2,
      complaints: [
        'nestjs-durable: --status must be one of RUNNING, PAUSING, PAUSED, SUCCEEDED, FAILED, TIMED_OUT, STOPPED, DELETING, not "DONE".',
      ],
    });
  });
});

describe('nestjs-durable show and history', () => {
  it('shows tree and timeline', async () => {
    const { arn, callbackId } = await startWaiting('mine');

    const { lines } = await run('show', arn);

    expect(lines[0]).toBe(arn);
    expect(lines[1]).toMatch(/^▸ mine running for .+, \d invocations?$/);
    expect(lines.join('\n')).toContain('▸ └ approval');
    expect(lines.map((line) => line.trim())).toContain(callbackId);
  });

  it('shows how long a running or paused execution has taken until now', async () => {
    const { arn } = await startWaiting('mine');
    const passMinutes = (minutes: number) =>
      fetch(`${service.endpoint}/_local/advance`, { method: 'POST', body: JSON.stringify({ seconds: minutes * 60 }) });

    await passMinutes(2);
    expect((await run('show', arn)).lines[1]).toMatch(/^▸ mine running for 2 min/);
    await until(arn, 'InvocationCompleted');
    await run('pause', arn);
    await passMinutes(3);
    expect((await run('show', arn)).lines[1]).toMatch(/^‖ mine paused for 3 min/);
  });

  it('finds an execution by its name, by the beginning of its id, and by an ARN that a shell has damaged', async () => {
    const { arn } = await startWaiting('mine');
    const id = arn.slice(arn.lastIndexOf('/') + 1);

    for (const reference of ['mine', 'mi', id, id.slice(0, 6), arn.replace('$LATEST', '')]) {
      expect((await run('show', reference)).lines[0]).toBe(arn);
    }
  });

  it('says which reference fits nothing, or too much', async () => {
    await startWaiting('order-1');
    await startWaiting('order-2');

    expect((await run('show', 'order-')).complaints).toEqual([
      'nestjs-durable: 2 executions begin with order-; write more of it.',
    ]);
    expect((await run('history', 'refund')).complaints).toEqual([
      'nestjs-durable: There is no execution refund; "nestjs-durable list" shows the existing ones.',
    ]);
  });

  it('takes none of two executions with the same name, of different functions', async () => {
    const { arn } = await startWaiting('order-7');
    const other = (await run('start', 'echo', '--name', 'order-7')).lines[0]!;
    const idOf = (of: string) => of.slice(of.lastIndexOf('/') + 1);

    const { exitCode, complaints } = await run('stop', 'order-7');

    expect(exitCode).toBe(1);
    expect(complaints).toEqual([
      `nestjs-durable: 2 executions are named order-7; give one by its id: ${idOf(arn)} (approval order-7), ${idOf(other)} (echo order-7).`,
    ]);
    expect((await run('show', idOf(other))).lines[0]).toBe(other);
  });

  it('lists events line by line', async () => {
    await run('start', 'echo', '--name', 'mine', '--input', '{"id":7}', '--wait');

    expect((await run('history', 'mine')).lines.map((line) => line.replace(/\d\d:\d\d:\d\d\.\d{3}/, 'TIME'))).toEqual([
      '  id  time          event',
      '   1  TIME  ▸ execution started  {"id":7}',
      expect.stringMatching(/^ {3}2 {2}TIME {2}· invocation ended after \d+ ms$/),
      '   3  TIME  ✓ execution succeeded  {"id":7}',
    ]);
  });
});

describe('nestjs-durable pause, resume and delete', () => {
  async function startSuspended(name: string) {
    const started = await startWaiting(name);
    const isSuspended = async () =>
      (await json<{ EventType: string }[]>('history', started.arn)).some(
        ({ EventType }) => EventType === 'InvocationCompleted',
      );
    while (!(await isSuspended()));
    return started;
  }

  it('pauses an execution until it is resumed', async () => {
    const { arn, callbackId } = await startSuspended('mine');

    expect((await run('pause', 'mine', '--reason', 'database is down', '--stop-timeout')).lines).toEqual([
      `paused ${arn}`,
    ]);
    expect(await json('show', arn)).toMatchObject({
      execution: { Status: 'PAUSED', PauseDetails: { Reason: 'database is down', ExecutionTimeoutPaused: true } },
    });
    await run('callback', 'succeed', callbackId, '--result', '"granted"');
    expect(await json('show', arn)).toMatchObject({ execution: { Status: 'PAUSED' } });

    expect((await run('resume', 'mine', '--reason', 'it is up')).lines).toEqual([`resumed ${arn}`]);
    expect((await run('start', 'approval', '--name', 'mine', '--wait')).lines).toEqual(['"granted"']);
  });

  it('tells the status as JSON', async () => {
    const { arn } = await startSuspended('mine');

    expect(await json('pause', 'mine')).toEqual({ DurableExecutionArn: arn, Status: 'PAUSED' });
    expect(await json('resume', 'mine')).toEqual({ DurableExecutionArn: arn, Status: 'RUNNING' });
  });

  it('says of a pause that is not yet in force what it waits for', async () => {
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    let goOn: () => void = () => undefined;
    held = new Promise((resolve) => (goOn = resolve));
    await json('start', 'approval', '--name', 'mine');
    await isReached;

    expect((await run('pause', 'mine')).lines).toEqual([
      expect.stringMatching(/^pausing arn:.+: its code is running, until its next checkpoint$/),
    ]);
    goOn();
  });

  it('tells of a pause, and of its end, who waits for the execution', async () => {
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const waiting = run('start', 'approval', '--name', 'awaited', '--wait');
    await isReached;
    await until('awaited', 'InvocationCompleted');
    await run('pause', 'awaited', '--reason', 'database is down');
    await run('resume', 'awaited');
    await run('callback', 'succeed', 'awaited', 'approval', '--result', '"yes"');

    expect(await waiting).toEqual({
      exitCode: 0,
      lines: ['"yes"'],
      complaints: ['‖ execution was paused  database is down', '▸ execution was resumed'],
    });
  });

  it('stops an execution that is paused', async () => {
    await startSuspended('mine');
    await run('pause', 'mine');

    expect((await run('stop', 'mine')).lines).toEqual([expect.stringMatching(/^stopped arn:/)]);
  });

  it('deletes an execution that has ended, and no other', async () => {
    const { arn } = await startSuspended('mine');

    expect(await run('delete', 'mine')).toMatchObject({ exitCode: 1, lines: [], complaints: [expect.any(String)] });
    await run('stop', 'mine');
    expect((await run('delete', 'mine')).lines).toEqual([`deleted ${arn}`]);
    expect((await run('show', arn)).complaints).toEqual([expect.stringContaining('There is no execution')]);
  });
});

describe('nestjs-durable callback and stop', () => {
  it('lets a callback succeed with any text', async () => {
    const { arn, callbackId } = await startWaiting('mine');

    expect((await run('callback', 'heartbeat', callbackId)).lines).toEqual(['The callback has been kept alive.']);
    expect((await run('callback', 'succeed', callbackId, '--result', '"granted"')).exitCode).toBe(0);

    expect((await run('start', 'approval', '--name', 'mine', '--wait')).lines).toEqual(['"granted"']);
    expect(await json('show', arn)).toMatchObject({ execution: { Status: 'SUCCEEDED' } });
  });

  it('marks a value, so that it arrives as one', async () => {
    const { callbackId } = await startWaiting('mine');

    expect((await run('callback', 'succeed', callbackId, '--value', '{ "by": "Ada" }')).exitCode).toBe(0);

    const { lines } = await run('start', 'approval', '--name', 'mine', '--wait');
    expect(lines.map((line) => readCallback(line))).toEqual([expect.objectContaining({ json: '{"by":"Ada"}' })]);
  });

  it('refuses a value that is not JSON, and a value beside a text', async () => {
    const { callbackId } = await startWaiting('mine');

    expect(await run('callback', 'succeed', callbackId, '--value', 'yes')).toMatchObject({
      exitCode: 2,
      complaints: [expect.stringMatching(/--value is not JSON/)],
    });
    expect(await run('callback', 'succeed', callbackId, '--value', '1', '--result', '1')).toMatchObject({
      exitCode: 2,
      complaints: [expect.stringMatching(/Pass --value or --result, not both/)],
    });
    expect((await run('callback', 'fail', callbackId, '--value', '1')).complaints).toEqual([
      expect.stringMatching(/--value has no meaning for callback fail/),
    ]);
  });

  it('lets a callback fail', async () => {
    const { callbackId } = await startWaiting('mine');

    await run('callback', 'fail', callbackId, '--error-type', 'Denied', '--error-message', 'too expensive');

    expect((await run('start', 'approval', '--name', 'mine', '--wait')).complaints).toEqual([
      'nestjs-durable: The execution ended FAILED: Denied: too expensive',
    ]);
  });

  it.each(['mine', 'order 7'])('says what is missing beside %s, which is no callback id', async (reference) => {
    await startWaiting('mine');
    expect(await run('callback', 'succeed', reference)).toMatchObject({
      exitCode: 1,
      complaints: [
        expect.stringContaining(`${reference} is no callback id. If it is an execution, name its callback too`),
      ],
    });
  });

  it('finds a callback by its execution and its name', async () => {
    await startWaiting('mine');

    expect((await run('callback', 'heartbeat', 'mine', 'approval')).lines).toEqual([
      'The callback has been kept alive.',
    ]);
    expect((await run('callback', 'succeed', 'mine', 'approval', '--result', '"granted"')).complaints).toEqual([]);

    expect((await run('start', 'approval', '--name', 'mine', '--wait')).lines).toEqual(['"granted"']);
    expect((await run('callback', 'fail', 'mine', 'approval')).complaints).toEqual([
      'nestjs-durable: approval mine has no open callback approval; none is open.',
    ]);
  });

  it('says which callbacks are open when there is none of the name', async () => {
    await startWaiting('mine');

    expect((await run('callback', 'succeed', 'mine', 'aproval')).complaints).toEqual([
      'nestjs-durable: approval mine has no open callback aproval; open are approval.',
    ]);
  });

  it('stops an execution once', async () => {
    await startWaiting('mine');

    expect((await run('stop', 'mine', '--error-message', 'enough')).lines).toEqual([
      expect.stringMatching(/^stopped arn:/),
    ]);
    expect((await run('stop', 'mine')).lines).toEqual([
      expect.stringMatching(/^It had ended already, STOPPED at .+\.$/),
    ]);
  });

  it('asks an execution to stop that listens, and tells how it has ended', async () => {
    await json('start', 'stoppable', '--name', 'listening');
    await until('listening', 'CallbackStarted');
    expect((await run('stop', 'listening', '--compensate', '--error-message', 'enough')).lines).toEqual([
      'It has ended by itself, FAILED: enough',
    ]);
    expect((await run('stop', 'listening', '--compensate')).lines).toEqual([
      expect.stringMatching(/^It had ended already, FAILED at .+\.$/),
    ]);
  });

  it('gives an execution that has no operation yet the time to listen', async () => {
    let begin: () => void = () => undefined;
    held = new Promise((resolve) => (begin = resolve));
    await json('start', 'stoppable', '--name', 'late', '--input', '"late"');
    const { history } = ServiceClient.prototype;
    const looking = jest.spyOn(ServiceClient.prototype, 'history').mockImplementationOnce(async function (
      this: ServiceClient,
      arn,
    ) {
      const events = await history.call(this, arn);
      begin();
      return events;
    });
    expect((await run('stop', 'late', '--compensate', '--error-message', 'enough')).lines).toEqual([
      'It has ended by itself, FAILED: enough',
    ]);
    looking.mockRestore();
  });

  it('stops an execution whose time of grace is over, and leaves one alone that does not listen', async () => {
    await startWaiting('mine');
    expect((await run('stop', 'mine', '--compensate')).complaints).toEqual([
      expect.stringContaining(
        'approval mine listens to no request to stop, so nothing would be undone. Nothing was done',
      ),
    ]);
    expect((await run('stop', 'mine', '--grace-seconds', '3')).complaints).toEqual([
      expect.stringContaining('--grace-seconds has no meaning without --compensate.'),
    ]);
    let release: () => void = () => undefined;
    held = new Promise((resolve) => (release = resolve));
    await json('start', 'stoppable', '--name', 'slow', '--input', '"slow"');
    await until('slow', 'CallbackStarted');
    expect((await run('stop', 'slow', '--compensate', '--grace-seconds', '0.3')).lines).toEqual([
      expect.stringMatching(/^stopped arn:/),
    ]);
    release();
  });

  it.each([
    [['callback', 'succeed', 'bm9uZQ=='], 1, expect.stringContaining('is no callback id')],
    [['callback', 'approve', 'bm9uZQ=='], 2, 'callback takes succeed, fail or heartbeat, not approve.'],
    [['callback', 'fail', 'bm9uZQ==', '--result', '1'], 2, '--result has no meaning for callback fail.'],
    [
      ['callback', 'succeed'],
      2,
      'Usage: nestjs-durable callback <succeed | fail | heartbeat> <callback id, or execution and name>.',
    ],
  ])('refuses %j in one sentence', async (args, exitCode, sentence) => {
    const outcome = await run(...args);

    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.complaints.map((complaint) => complaint.replace('nestjs-durable: ', ''))).toEqual([sentence]);
  });

  it('says that a callback is not open any more', async () => {
    const { callbackId } = await startWaiting('mine');
    await run('callback', 'succeed', callbackId);

    expect((await run('callback', 'succeed', callbackId)).complaints).toEqual([
      'nestjs-durable: The callback is not open: it has been completed, or has timed out.',
    ]);
  });
});

describe('nestjs-durable', () => {
  it('says where it looked when no service answers', async () => {
    const terminal = new RecordingTerminal();

    expect(await runCli(['list', '--port', '1'], terminal)).toBe(1);
    expect(terminal.complaints).toEqual([
      'nestjs-durable: No local service responds at http://127.0.0.1:1; start one with "nestjs-durable dev", or set its port with --port.',
    ]);
  });

  it('does not wait for a program that accepts a connection and says nothing', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;

    await expect(new ServiceClient(`http://127.0.0.1:${port}`, 100).functions()).rejects.toThrow(
      `No local service responds at http://127.0.0.1:${port}; `,
    );
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it.each([
    ['list', ['list']],
    ['start', ['start', 'order']],
    ['callback', ['callback', 'heartbeat', 'AAAA']],
  ])('takes no other program for the service: %s', async (_, command) => {
    const other = createServer((_request, response) => void response.end('{}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const terminal = new RecordingTerminal();

    expect(await runCli([...command, '--port', String(port)], terminal)).toBe(1);
    expect(terminal.complaints).toEqual([
      `nestjs-durable: Another program, no local service, responds at http://127.0.0.1:${port}; start one with "nestjs-durable dev", or set its port with --port.`,
    ]);
    await new Promise((resolve) => {
      other.close(resolve);
      other.closeAllConnections();
    });
  });

  it.each([
    [
      ['frobnicate'],
      'There is no command frobnicate; there are dev, start, list, show, history, replay, stop, pause, resume, delete, callback, manifest.',
    ],
    [['list', '--colour'], "Unknown option '--colour'; nestjs-durable list --help lists the options."],
    [
      ['start', 'order', '--input', '-5'],
      expect.stringMatching(
        /starting with a dash use '--input=-XYZ'; nestjs-durable start --help lists the options\.$/,
      ),
    ],
    [
      ['dev', '--function', 'order=./package.json', '--inspect-port', '80'],
      expect.stringMatching(/^--inspect-port must be a whole number from 1024 to \d+, not "80"\.$/),
    ],
    [['list', '--port', 'http'], '--port must be a whole number from 0 to 65535, not "http".'],
    [['show'], 'Usage: nestjs-durable show <arn, name or id>.'],
    [['stop', ''], 'An argument is empty.'],
    [['start', 'order', '--name', ''], 'The value of --name is empty.'],
    [['dev', '--data', ''], 'The value of --data is empty.'],
    [
      ['list', '--host', 'http://localhost'],
      '--host must be an address or a name without a port, not "http://localhost".',
    ],
    [['constructor'], expect.stringContaining('There is no command constructor')],
  ])('refuses %j', async (args, sentence) => {
    const terminal = new RecordingTerminal();

    expect(await runCli(args, terminal)).toBe(2);
    expect(terminal.complaints.map((complaint) => complaint.replace('nestjs-durable: ', ''))).toEqual([sentence]);
  });

  it.each([[[]], [['help']], [['--help']]])('lists its commands for %j', async (args) => {
    const terminal = new RecordingTerminal();

    expect(await runCli(args, terminal)).toBe(0);
    for (const name of ['dev', 'start', 'list', 'show', 'history', 'stop', 'pause', 'resume', 'delete', 'callback']) {
      expect(terminal.printed).toContainEqual(expect.stringMatching(new RegExp(`^  ${name}\\b.+\\S`)));
    }
  });

  it('explains the options of a command', async () => {
    const terminal = new RecordingTerminal();

    expect(await runCli(['dev', '--help'], terminal)).toBe(0);
    for (const args of [
      ['dev', '-h'],
      ['help', 'dev'],
    ]) {
      const same = new RecordingTerminal();
      expect(await runCli(args, same)).toBe(0);
      expect(same.printed).toEqual(terminal.printed);
    }
    expect(terminal.printed[0]).toBe('usage: nestjs-durable dev [options]');
    for (const option of [
      '--function',
      '--data',
      '--time-scale',
      '--skip-time',
      '--inspect',
      '--inspect-port',
      '--json',
    ]) {
      expect(terminal.printed.join('\n')).toContain(`${option} `);
    }
    const examples = terminal.printed.slice(terminal.printed.indexOf('examples:')).join('\n');
    for (const option of ['--skip-time', '--time-scale', '--inspect']) expect(examples).toContain(`dev ${option}`);
  });

  it('shows examples of every command that work', async () => {
    for (const [name, load] of Object.entries(COMMANDS)) {
      const { examples = [] } = await load();
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(example).toMatch(new RegExp(`^nestjs-durable ${name}\\b`));
    }
  });

  it.each(['--version', '-v', 'version'])('tells its version for %s', async (word) => {
    const terminal = new RecordingTerminal();

    expect(await runCli([word], terminal)).toBe(0);
    expect(terminal.printed).toEqual([PACKAGE_VERSION]);
  });
});
