import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import { transform } from 'esbuild';
import { CodeWatcher } from '../../lib/local/functions/code-watcher.js';
import type { FunctionResult } from '../../lib/local/functions/function-runtime.js';
import type { WorkerLogLine } from '../../lib/local/functions/worker.js';
import { deferred, turns } from '../engine/support/turns.js';
import {
  dist,
  fixtures,
  invocation,
  isAlive,
  pidWrittenTo,
  returned,
  until,
  WorkerFixture,
} from './support/worker-fixture.js';

interface Reflection {
  event: unknown;
  context: Record<string, unknown>;
  remainingMs: number;
  environment: Record<string, string>;
  workingDirectory: string;
  pid: number;
}

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await WorkerFixture.create();
});
afterEach(() => fixture.closeRuntimes());
afterAll(() => fixture.remove());

describe('WorkerFunctions, what a function writes', () => {
  it('is told with the result: the last 4 KB of this invocation', async () => {
    const functions = fixture.runtime({ export: 'repeatLine' });
    const talk = async (line: string, times: number) => {
      const { logTail } = await functions.invoke(invocation({ line, times }));
      await new Promise(setImmediate);
      return logTail?.();
    };

    expect(await talk('first', 1)).toBe('first\n');
    expect(await talk('second', 2)).toBe('second\nsecond\n');
    expect(await talk('x'.repeat(99), 1_000)).toBe(`${'x'.repeat(99)}\n`.repeat(41).slice(-4096));
    fixture.log.splice(0);
  });

  it('is told with its own result when it does not end with a line break', async () => {
    const log: WorkerLogLine[] = [];
    const functions = fixture.runtime({ export: 'write' }, { log: (line) => log.push(line) });
    for (const text of ['first', 'second']) {
      const { logTail } = await functions.invoke(invocation({ text }, { requestId: `id-of-${text}` }));
      await new Promise(setImmediate);
      expect(logTail?.()).toBe(`${text}\n`);
    }
    expect(log).toMatchObject([
      { requestId: 'id-of-first', text: 'first' },
      { requestId: 'id-of-second', text: 'second' },
    ]);
  });
});

describe('WorkerFunctions, what a function is writing', () => {
  it('is not cut when the output of an earlier invocation is asked for', async () => {
    const told: string[] = [];
    let onCut = (_told: string[]): void => undefined;
    const cut = new Promise<string[]>((resolve) => (onCut = resolve));
    const log = ({ text }: { text: string }): void => {
      told.push(text);
      if (text !== 'a line') return;
      earlier.logTail?.();
      onCut([...told]);
    };
    const functions = fixture.runtime({ export: 'write', concurrency: 1 }, { log });
    const earlier = await functions.invoke(invocation({ text: '' }));
    await functions.invoke(invocation({ text: 'a line\nthe beginning' }));
    expect(await cut).toEqual(['a line']);
  });
});

describe('WorkerFunctions, what a function sees', () => {
  it('gives the handler the event and the context of Lambda', async () => {
    const functions = fixture.runtime({ export: 'reflect', memorySizeMb: 256 });
    const request = invocation(
      { order: 'ünïcode' },
      {
        timeoutMs: 30_000,
        tenantId: 'blue',
        traceId: 'Root=1-abc',
        clientContext: Buffer.from('{"custom":{"städte":"Köln"}}').toString('base64'),
      },
    );

    const { event, context, remainingMs, environment } = returned<Reflection>(await functions.invoke(request));

    expect(event).toEqual({ order: 'ünïcode' });
    expect(context).toEqual({
      awsRequestId: request.requestId,
      functionName: 'f',
      functionVersion: '$LATEST',
      invokedFunctionArn: request.functionArn,
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/f',
      logStreamName: expect.stringMatching(/^\[\$LATEST\][0-9a-f]{32}$/),
      callbackWaitsForEmptyEventLoop: true,
      clientContext: { custom: { städte: 'Köln' } },
      tenantId: 'blue',
    });
    expect(remainingMs).toBeGreaterThan(20_000);
    expect(remainingMs).toBeLessThanOrEqual(30_000);
    expect(environment._X_AMZN_TRACE_ID).toBe('Root=1-abc');
  });

  it('has the environment of Lambda, with the local service as its only AWS', async () => {
    process.env.AWS_PROFILE = 'production';
    process.env.INHERITED = 'yes';
    try {
      const functions = fixture.runtime({ export: 'reflect', environment: { STAGE: 'local', _HANDLER: 'mine' } });

      const { environment, workingDirectory } = returned<Reflection>(await functions.invoke(invocation()));

      expect(environment).toMatchObject({
        AWS_LAMBDA_FUNCTION_NAME: 'f',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+\/[0-9a-f]{32}$/),
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9999',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        LAMBDA_TASK_ROOT: fixtures,
        _HANDLER: 'functions.reflect',
        INHERITED: 'yes',
        STAGE: 'local',
      });
      expect(environment).not.toHaveProperty('AWS_PROFILE');
      expect(workingDirectory).toBe(fixtures);
    } finally {
      delete process.env.AWS_PROFILE;
      delete process.env.INHERITED;
    }
  });

  it.each([
    ['an absolute path', { module: join(fixtures, 'functions.mjs') }, { n: 1 }],
    ['CommonJS', { module: './common.cjs' }, { from: 'CommonJS', event: { n: 1 } }],
    ['a handler that takes a callback', { export: 'callbackStyle' }, 'called back'],
    ['a handler that is not async', { export: 'synchronous' }, { got: { n: 1 } }],
  ])('runs %s', async (_, definition, expected) => {
    expect(returned(await fixture.runtime(definition).invoke(invocation({ n: 1 })))).toEqual(expected);
  });

  it('passes on what it writes, line by line, with the request it wrote it for', async () => {
    const functions = fixture.runtime({ export: 'talk' });
    const [first, second] = [invocation({ say: 'one' }), invocation({ say: 'two\nlines' })];

    await functions.invoke(first);
    await functions.invoke(second);
    // A worker of another test may still write what it has to say.
    const ofThese = () =>
      fixture.log.filter(({ requestId }) => [first.requestId, second.requestId].includes(requestId!));
    await until(() => ofThese().length >= 6);

    const lines = ofThese().map(({ requestId, stream, text }) => [requestId, stream, text]);
    expect(lines).toHaveLength(6);
    expect(lines).toEqual(
      expect.arrayContaining([
        [first.requestId, 'stdout', 'out one'],
        [first.requestId, 'stderr', 'err one'],
        [second.requestId, 'stdout', 'out two'],
        [second.requestId, 'stdout', 'lines'],
        [second.requestId, 'stderr', 'err two'],
      ]),
    );
  });
});

describe('WorkerFunctions, how an invocation can end', () => {
  it.each([
    ['an error', 'error', 'OrderRejected', 'the shelf is empty'],
    ['a thrown string', 'string', 'string', 'just text'],
    ['a thrown object', 'object', 'object', '{"code":7}'],
    ['a result that is not JSON', 'unserializable', 'TypeError', expect.stringContaining('BigInt')],
    [
      'an unhandled rejection',
      'unhandled rejection',
      'Runtime.UnhandledPromiseRejection',
      'OrderRejected: nobody listens',
    ],
    ['an uncaught exception', 'uncaught exception', 'OrderRejected', 'thrown into the void'],
    [
      'a promise that nothing can settle',
      'never settled',
      'Runtime.NodeJsExit',
      expect.stringContaining('not settled'),
    ],
    [
      'an exit',
      'exit',
      'Runtime.ExitError',
      expect.stringMatching(/^RequestId: [\w-]{36} Error: Runtime exited with error: exit status 3$/),
    ],
    [
      'a clean exit',
      'clean exit',
      'Runtime.ExitError',
      expect.stringMatching(/Error: Runtime exited without providing a reason$/),
    ],
    [
      'SIGKILL',
      'kill',
      'Runtime.ExitError',
      expect.stringMatching(/Error: Runtime exited with error: signal: killed$/),
    ],
  ])('reports %s, and works again afterwards', async (_, kind, errorType, errorMessage) => {
    const functions = fixture.runtime({ export: 'fail' });

    const result = await functions.invoke(invocation({ with: kind }));

    expect(result).toMatchObject({ kind: 'failed', errorType, errorMessage });
    expect(await functions.invoke(invocation({ with: 'nothing' }))).toMatchObject({
      kind: 'returned',
      payload: 'null',
    });
  });

  it('reports an exhausted heap as a crash', async () => {
    const functions = fixture.runtime({ export: 'fail', memorySizeMb: 40 });

    const result = await functions.invoke(invocation({ with: 'heap' }));

    expect(result).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: aborted'),
    });
  });

  it('carries the stack of an error', async () => {
    const result = await fixture.runtime({ export: 'fail' }).invoke(invocation({ with: 'error' }));

    const stackTrace = expect.arrayContaining([
      'OrderRejected: the shelf is empty',
      expect.stringContaining('functions.mjs'),
    ]);
    expect(result).toMatchObject({ stackTrace });
  });

  it.each(['hang', 'spin'])('kills a function that does not answer in time (%s)', async (handler) => {
    const functions = fixture.runtime({ export: handler });
    const request = invocation({ started: fixture.newPath() }, { timeoutMs: 1000 });

    const running = functions.invoke(request);
    await until(() => functions.pids().length === 1);
    const [pid] = functions.pids();
    const result = await running;

    expect(result).toMatchObject({
      kind: 'failed',
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${request.requestId} Error: Task timed out after 1.00 seconds`,
    });
    expect(isAlive(pid!)).toBe(false);
    expect(functions.pids()).toEqual([]);
  });

  it('kills what the function has started together with it', async () => {
    const [started, controller] = [fixture.newPath(), new AbortController()];
    const running = fixture
      .runtime({ export: 'spawnChild' })
      .invoke(invocation({ started }, { signal: controller.signal }));
    const grandchild = await pidWrittenTo(started);

    controller.abort();
    await running;

    await until(() => !isAlive(grandchild));
  });

  it('is killed when its invocation is aborted', async () => {
    const functions = fixture.runtime({ export: 'hang' });
    const [started, controller] = [fixture.newPath(), new AbortController()];
    const running = functions.invoke(invocation({ started }, { signal: controller.signal }));
    const pid = await pidWrittenTo(started);

    controller.abort();

    expect(await running).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('killed'),
    });
    expect(isAlive(pid)).toBe(false);
  });

  it('refuses a response that Lambda would refuse', async () => {
    const result = await fixture.runtime({ export: 'large' }).invoke(invocation({ bytes: 6_291_557 }));

    expect(result).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size (6291559 bytes) exceeded maximum allowed payload size (6291556 bytes).',
    });
  });

  it('says so when there is no such function', async () => {
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:ghost:$LATEST';

    const result = await fixture.runtime({}).invoke(invocation({}, { functionName: 'ghost', functionArn }));

    expect(result).toMatchObject({
      kind: 'failed',
      errorType: 'ResourceNotFoundException',
      errorMessage: `Function not found: ${functionArn}`,
    });
  });
});

describe('WorkerFunctions, when a function cannot start', () => {
  it.each([
    ['its module throws', { module: 'broken-init.mjs' }, 'NoDatabase', 'connection refused'],
    [
      'its module is missing',
      { module: 'missing.mjs' },
      'Runtime.ImportModuleError',
      expect.stringContaining('missing.mjs'),
    ],
    [
      'an import of its module is missing',
      { module: 'broken-import.mjs' },
      'Runtime.ImportModuleError',
      expect.stringContaining('does-not-exist.mjs'),
    ],
    [
      'the export is missing',
      { export: 'nope' },
      'Runtime.HandlerNotFound',
      expect.stringMatching(/#nope is undefined or not a function\. The module exports these functions: .*handler/),
    ],
    [
      'the export is no function',
      { export: 'notAFunction' },
      'Runtime.HandlerNotFound',
      expect.stringContaining('#notAFunction'),
    ],
    [
      'it exits while loading',
      { module: 'exits-early.mjs' },
      'Runtime.ExitError',
      expect.stringContaining('exit status 9'),
    ],
  ])('reports the cause: %s', async (_, definition, errorType, errorMessage) => {
    const functions = fixture.runtime(definition);

    expect(await functions.invoke(invocation())).toMatchObject({ kind: 'failed', errorType, errorMessage });
    expect(await functions.invoke(invocation())).toMatchObject({ kind: 'failed', errorType });
  });

  it('says how TypeScript with decorators can run', async () => {
    const module = join(fixture.directory, `${randomUUID()}.ts`);
    writeFileSync(module, '@Injectable() export class Orders { constructor(private readonly stock: Stock) {} }\n');
    const functions = fixture.runtime({ module });

    expect(await functions.invoke(invocation())).toMatchObject({
      kind: 'failed',
      errorMessage: expect.stringMatching(/Compile it first, for Nest with "nest build".*tsx.* no decorator metadata/),
    });
  });

  it('names a syntax error, and recovers once the file is mended', async () => {
    const module = `${fixture.newPath()}.mjs`;
    const functions = fixture.runtime({ module });
    writeFileSync(module, 'export const handler = async ( => {};');

    expect(await functions.invoke(invocation())).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' });

    writeFileSync(module, 'export const handler = async () => "mended";');
    expect(returned(await functions.invoke(invocation()))).toBe('mended');
  });

  it('gives up on a module that never finishes loading', async () => {
    const functions = fixture.runtime({ module: 'slow-init.mjs' }, { initTimeoutMs: 300 });

    expect(await functions.invoke(invocation())).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('timed out after 0.30 seconds'),
    });
  });

  it('reports a working directory that does not exist', async () => {
    const functions = fixture.runtime({}, { baseDirectory: fixture.newPath() });

    expect(await functions.invoke(invocation())).toMatchObject({ errorType: 'Runtime.SpawnError' });
  });
});

describe('WorkerFunctions, the flags of Lambda', () => {
  const esmAsJs = (): string => {
    const module = join(fixture.directory, `${randomUUID()}.js`);
    writeFileSync(module, 'import "node:fs";\nexport const handler = async () => "detected";\n');
    return module;
  };

  it('fails where Lambda fails: an ES module that nothing declares as one', async () => {
    const functions = fixture.runtime({ module: esmAsJs() });

    const result = await functions.invoke(invocation());

    expect(result).toMatchObject({
      errorType: 'Runtime.UserCodeSyntaxError',
      errorMessage: expect.stringMatching(/outside a module\. .*--no-experimental-detect-module.* name the file \.mjs/),
    });
  });

  it('fails where Lambda fails: require() of an ES module', async () => {
    const module = join(fixture.directory, `${randomUUID()}.cjs`);
    writeFileSync(module, `require(${JSON.stringify(join(fixtures, 'functions.mjs'))});\n`);
    const functions = fixture.runtime({ module });

    expect(await functions.invoke(invocation())).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringContaining('--no-experimental-require-module'),
    });
  });

  it.each([
    ['lambdaNodeFlags is false', { lambdaNodeFlags: false }],
    ['NODE_OPTIONS names the flag', { environment: { NODE_OPTIONS: '--experimental-detect-module' } }],
  ])('leaves the flags out where %s', async (_, definition) => {
    const functions = fixture.runtime({ module: esmAsJs(), ...definition });

    expect(returned(await functions.invoke(invocation()))).toBe('detected');
  });

  it('shows the places of the sources in stacks, where there is a map', async () => {
    const name = randomUUID();
    const source = `export const handler = async () => {\n  const order: string = 'x';\n  throw new Error(order);\n};\n`;
    const { code, map } = await transform(source, {
      loader: 'ts',
      sourcemap: 'external',
      sourcefile: `${name}.ts`,
      banner: '\n\n\n\n',
    });
    writeFileSync(join(fixture.directory, `${name}.mjs.map`), map);
    writeFileSync(join(fixture.directory, `${name}.mjs`), `${code}\n//# sourceMappingURL=${name}.mjs.map\n`);
    const functions = fixture.runtime({ module: join(fixture.directory, `${name}.mjs`) });

    const { stackTrace } = (await functions.invoke(invocation())) as { stackTrace?: string[] };

    expect(stackTrace?.join('\n')).toContain(`${name}.ts:3:`);
  });
});

describe('WorkerFunctions, the workers', () => {
  it('keeps a worker warm for the next invocation', async () => {
    const functions = fixture.runtime({ export: 'pid' });

    const first = returned(await functions.invoke(invocation()));
    const second = returned(await functions.invoke(invocation()));

    expect(second).toBe(first);
    expect(functions.pids('f')).toEqual([first]);
  });

  it('runs invocations side by side in processes of their own', async () => {
    const functions = fixture.runtime({ export: 'untilReleased' });
    const release = fixture.newPath();
    const starts = [fixture.newPath(), fixture.newPath(), fixture.newPath()];

    const running = starts.map((started) => functions.invoke(invocation({ started, release })));
    const pids = await Promise.all(starts.map(pidWrittenTo));
    writeFileSync(release, '');

    expect(new Set(pids).size).toBe(3);
    expect((await Promise.all(running)).map(returned)).toEqual(pids);
  });

  it('queues what exceeds the concurrency of the function', async () => {
    const functions = fixture.runtime({ export: 'untilReleased', concurrency: 1 });
    const release = fixture.newPath();
    const starts = [fixture.newPath(), fixture.newPath(), fixture.newPath()];

    const running = starts.map((started) => functions.invoke(invocation({ started, release })));
    const pid = await pidWrittenTo(starts[0] as string);
    expect(functions.pids()).toEqual([pid]);
    writeFileSync(release, '');

    expect((await Promise.all(running)).map(returned)).toEqual([pid, pid, pid]);
  });

  it('takes an aborted invocation out of the queue', async () => {
    const functions = fixture.runtime({ export: 'untilReleased', concurrency: 1 });
    const [release, started, never, controller] = [
      fixture.newPath(),
      fixture.newPath(),
      fixture.newPath(),
      new AbortController(),
    ];
    const running = functions.invoke(invocation({ started, release }));
    const queued = functions.invoke(invocation({ started: never, release }, { signal: controller.signal }));
    await pidWrittenTo(started);

    controller.abort();

    expect(await queued).toMatchObject({ errorType: 'Runtime.ExitError' });
    writeFileSync(release, '');
    expect(returned(await running)).toEqual(functions.pids()[0]);
  });

  it('serves a burst far beyond the number of processors', async () => {
    const functions = fixture.runtime({ concurrency: 4 });

    const results = await Promise.all(Array.from({ length: 200 }, (_, n) => functions.invoke(invocation({ n }))));

    expect(results.map(returned)).toEqual(Array.from({ length: 200 }, (_, n) => ({ n })));
    expect(functions.pids().length).toBeLessThanOrEqual(4);
  });

  it('can have its workers killed in the middle of their work', async () => {
    const functions = fixture.runtime({ export: 'hang' });
    const started = fixture.newPath();
    const running = functions.invoke(invocation({ started }));
    const pid = await pidWrittenTo(started);

    expect(functions.killWorkers('another')).toBe(0);
    expect(functions.killWorkers('f')).toBe(1);

    expect(await running).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: killed$/),
    });
    expect(isAlive(pid)).toBe(false);
  });

  it('ends workers that have been idle for long', async () => {
    const functions = fixture.runtime({ export: 'pid' }, { idleMs: 50 });

    await functions.invoke(invocation());

    await until(() => functions.pids().length === 0);
    expect(returned(await functions.invoke(invocation()))).toEqual(functions.pids()[0]);
  });

  it.each(['on demand', 'on file change'])(
    'reloads %s, while a busy worker finishes with the old code',
    async (how) => {
      const module = join(fixture.newPath(), 'function.mjs');
      mkdirSync(dirname(module));
      const code = (version: number) => `
      export { untilReleased } from ${JSON.stringify(join(fixtures, 'functions.mjs'))};
      import { untilReleased } from ${JSON.stringify(join(fixtures, 'functions.mjs'))};
      export const handler = async (event) => (event.started && (await untilReleased(event)), ${version});`;
      writeFileSync(module, code(1));
      let onReload = (_functionName: string): void => undefined;
      const reloaded = new Promise<string>((resolve) => (onReload = resolve));
      const watch = { onReload: (name: string) => onReload(name), onError: () => undefined };
      const functions = fixture.runtime({ module }, how === 'on file change' ? { watch } : {});
      const [started, release] = [fixture.newPath(), fixture.newPath()];
      expect(returned(await functions.invoke(invocation()))).toBe(1);
      const running = functions.invoke(invocation({ started, release }));
      const oldPid = await pidWrittenTo(started);

      writeFileSync(module, code(2));
      if (how === 'on demand') functions.reload();
      else expect(await reloaded).toBe('f');

      expect(returned(await functions.invoke(invocation()))).toBe(2);
      writeFileSync(release, '');
      expect(returned(await running)).toBe(1);
      await until(() => !isAlive(oldPid));
      expect(returned(await functions.invoke(invocation()))).toBe(2);
    },
  );
});

describe('WorkerFunctions, code outside the folder of the module', () => {
  it('is noticed when it changes', async () => {
    const build = join(fixture.newPath(), 'dist');
    mkdirSync(join(build, 'functions'), { recursive: true });
    mkdirSync(join(build, 'shared'));
    const shared = join(build, 'shared', 'price.mjs');
    const code = (price: number) => `export const price = ${price};`;
    writeFileSync(shared, code(1));
    const module = join(build, 'functions', 'order.mjs');
    writeFileSync(module, `import { price } from '../shared/price.mjs'; export const handler = async () => price;`);
    let onReload = (_functionName: string): void => undefined;
    const reloaded = new Promise<string>((resolve) => (onReload = resolve));
    const watch = { onReload: (name: string) => onReload(name), onError: () => undefined };
    const functions = fixture.runtime({ module }, { watch, baseDirectory: dirname(build) });
    expect(returned(await functions.invoke(invocation()))).toBe(1);

    writeFileSync(shared, code(2));

    expect(await reloaded).toBe('f');
    expect(returned(await functions.invoke(invocation()))).toBe(2);
  });
});

describe('WorkerFunctions, code that is watched', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('runs only when it is known, so that no change of it goes unnoticed', async () => {
    const known = deferred();
    const ready = jest.spyOn(CodeWatcher.prototype, 'ready').mockReturnValue(known.promise);
    const watch = { onReload: () => undefined, onError: () => undefined };
    const functions = fixture.runtime({ export: 'pid' }, { watch });

    const running = functions.invoke(invocation());
    await until(() => ready.mock.calls.length > 0);
    await turns(10);
    expect(functions.pids()).toEqual([]);
    known.resolve();

    expect([returned(await running)]).toEqual(functions.pids());
  });
});

describe('WorkerFunctions, the end', () => {
  it('leaves no process, and no invocation unanswered, when it closes', async () => {
    const functions = fixture.runtime({ export: 'hang', concurrency: 1 });
    const started = fixture.newPath();
    const invocations = [functions.invoke(invocation({ started })), functions.invoke(invocation({ started }))];
    const pid = await pidWrittenTo(started);

    await functions.close();

    expect(isAlive(pid)).toBe(false);
    expect(functions.pids()).toEqual([]);
    const results: FunctionResult[] = await Promise.all(invocations);
    expect(results).toMatchObject([{ errorType: 'Runtime.ExitError' }, { errorType: 'Runtime.ExitError' }]);
    expect(await functions.invoke(invocation())).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  it.each([
    ['ES modules', 'esm', 'mjs', (path: string) => `import { WorkerFunctions } from ${JSON.stringify(path)};`],
    ['CommonJS', 'cjs', 'cjs', (path: string) => `const { WorkerFunctions } = require(${JSON.stringify(path)});`],
  ])('does not outlive a service that is killed (%s)', async (_, format, extension, load) => {
    const program = `${fixture.newPath()}.${extension}`;
    const started = fixture.newPath();
    const options = { functions: [{ name: 'f', module: 'functions.mjs', export: 'hang' }], baseDirectory: fixtures };
    writeFileSync(
      program,
      `${load(join(dist, format, 'local/functions/worker-functions.js'))}
      new WorkerFunctions({ ...${JSON.stringify(options)}, serviceEndpoint: () => 'http://127.0.0.1:9999' })
        .invoke(${JSON.stringify(invocation({ started }))});`,
    );
    const service = spawn(process.execPath, [program], { stdio: 'inherit' });
    const worker = await pidWrittenTo(started);

    service.kill('SIGKILL');
    await once(service, 'exit');

    await until(() => !isAlive(worker));
  });
});

describe('RuntimeApiServer', () => {
  it('refuses whoever does not know the address of a worker, and reports on invocations it does not run', async () => {
    const functions = fixture.runtime({ export: 'reflect' });
    const { environment } = returned<Reflection>(await functions.invoke(invocation()));
    const [authority = '', secret = ''] = (environment.AWS_LAMBDA_RUNTIME_API ?? '').split('/');
    const post = (path: string) =>
      fetch(`http://${authority}/${path}`, { method: 'POST', body: '1' }).then(({ status }) => status);

    expect(await post(`${'0'.repeat(32)}/2018-06-01/runtime/invocation/next`)).toBe(403);
    expect(await post('2018-06-01/runtime/invocation/next')).toBe(403);
    expect(await post(`${secret}/2018-06-01/runtime/invocation/${randomUUID()}/response`)).toBe(400);
    expect(await post(`${secret}/2018-06-01/runtime/init/error`)).toBe(400);
  });

  it('refuses the next event while an invocation runs, which ends nevertheless', async () => {
    const functions = fixture.runtime({ export: 'takesNext' });
    expect(returned(await functions.invoke(invocation()))).toEqual({ status: 403 });
    expect(returned(await functions.invoke(invocation()))).toEqual({ status: 403 });
  });

  it('ends a function whose code has requested the event before its runtime, and never takes the refusal for an event', async () => {
    const functions = fixture.runtime({ module: 'takes-first-event.mjs' });
    const result = await functions.invoke(invocation());
    expect(result).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(result.logTail?.()).toContain('Only the runtime may request events');
  });
});
