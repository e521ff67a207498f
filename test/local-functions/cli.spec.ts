import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliProcess } from './support/cli-process.js';
import type { CliProcessOptions } from './support/cli-process.js';
import { fixtures, isAlive, until } from './support/worker-fixture.js';

const processes: CliProcess[] = [];
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'durable-cli-'));
});
afterEach(async () => {
  for (const { child } of processes) child.kill('SIGKILL');
  await Promise.all(processes.splice(0).map(({ ended }) => ended));
  await rm(directory, { recursive: true });
});

function cli(args: readonly string[], options?: CliProcessOptions): CliProcess {
  const started = new CliProcess(args, options);
  processes.push(started);
  return started;
}

/** The first of two free ports in a row. Systems give no port of this range to servers and connections that ask for any. */
async function twoFreePorts(): Promise<number> {
  for (;;) {
    const first = randomInt(10_240, 32_767);
    if ((await isFree(first)) && (await isFree(first + 1))) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

const DURABLE = 'order=./durable.mjs#handler';

/** Serves, and returns what else is needed to talk to it. */
async function serve(args: readonly string[], options?: CliProcessOptions) {
  const service = cli(['dev', '--port', '0', ...args], options);
  const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(await service.line(/listen/)) ?? [];
  const ask = async (...words: string[]): Promise<CliProcess> => {
    const asked = cli([...words, '--port', port]);
    await asked.ended;
    return asked;
  };
  return { service, endpoint: `http://127.0.0.1:${port}`, ask };
}

describe('nestjs-durable dev', () => {
  it.each(['esm', 'cjs'] as const)('serves functions of the command line, and skips time (%s)', async (format) => {
    const { service, ask } = await serve(['--function', DURABLE, '--skip-time'], { format });

    const { lines } = await ask('start', 'order', '--name', 'mine', '--input', '{"id":7}', '--wait');

    expect(JSON.parse(lines.join(''))).toMatchObject({ input: { id: 7 } });
    await service.line(/order mine {2}▸ cool down \(Wait\) started {2}1 h$/);
    await service.line(/order {2}│ the wait is over$/);
    await service.line(/order mine {2}✓ execution succeeded {2}\{"input":\{"id":7\}/);
    const shown = (await ask('show', 'mine')).lines.join('\n');
    expect(shown).toContain('mine succeeded after 1 h');
    expect(shown).toMatch(/✓ └ cool down +Wait 1 h/);
  });

  it('serves the functions of a config file, and says where they are', async () => {
    await writeFile(
      join(directory, 'durable.config.mjs'),
      `export default { functions: {
        order: { module: ${JSON.stringify(join(fixtures, 'durable.mjs'))}, export: 'http', durable: true },
        resize: { module: ${JSON.stringify(join(fixtures, 'functions.mjs'))}, export: 'reflect', environment: { STAGE: 'local' } },
      } };`,
    );
    const { service, endpoint } = await serve([], { cwd: directory });

    expect(await service.line(/URL$/)).toBe('  function  kind     URL');
    expect(await service.line(/fn\/order/)).toBe(`  order     durable  ${endpoint}/fn/order/`);
    expect(await service.line(/fn\/resize/)).toBe(`  resize    plain    ${endpoint}/fn/resize/`);
    const answer = await fetch(`${endpoint}/fn/order/shop/1`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'a body',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-path')).toBe('/shop/1');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('x-amz-durable-execution-arn')).toMatch(/^arn:aws:lambda:.+:function:order:/);
    expect(await answer.text()).toBe('got a body');
    const reflection = (await (await fetch(`${endpoint}/fn/resize/`)).json()) as {
      environment: Record<string, string>;
    };
    expect(reflection.environment).toMatchObject({ STAGE: 'local', AWS_ENDPOINT_URL_LAMBDA: endpoint });
    await service.line(/resize {2}✓ returned$/);
  });

  it('refuses function URLs to pages of other origins', async () => {
    const { endpoint } = await serve(['--function', DURABLE]);

    const foreign = await fetch(`${endpoint}/fn/order/`, { headers: { origin: 'https://evil.example' } });

    expect(foreign.status).toBe(403);
  });

  it('tells of an execution that is stopped from outside', async () => {
    const { service, ask } = await serve(['--function', DURABLE]);
    await ask('start', 'order', '--name', 'mine');
    await service.line(/cool down \(Wait\) started/);

    await ask('stop', 'mine', '--error-message', 'enough');

    await service.line(/order mine {2}■ execution was stopped {2}enough$/);
  });

  it('prints one JSON object a line when asked to', async () => {
    const { service, ask } = await serve(['--function', DURABLE, '--skip-time', '--json']);
    await ask('start', 'order', '--wait');
    await service.line(/ExecutionSucceeded/);

    const records = service.lines.map((line) => JSON.parse(line) as { type: string });

    expect(records[0]).toMatchObject({ type: 'listening', functions: [{ name: 'order', durable: true }] });
    expect(new Set(records.map(({ type }) => type))).toEqual(new Set(['listening', 'event', 'log']));
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends by itself, and its workers with it, on %s', async (signal) => {
    const { service, ask } = await serve(['--function', DURABLE, '--skip-time']);
    const { pid } = JSON.parse((await ask('start', 'order', '--wait')).lines.join('')) as { pid: number };
    expect(isAlive(pid)).toBe(true);

    service.child.kill(signal);

    expect(await service.ended).toBe(0);
    await until(() => !isAlive(pid));
  });

  it('takes up changed code', async () => {
    const module = join(directory, 'code', 'version.mjs');
    await mkdir(join(directory, 'code'));
    await writeFile(module, 'export const handler = async () => 1;');
    const { service, endpoint } = await serve(['--plain-function', `version=${module}`]);
    const version = async () => (await fetch(`${endpoint}/fn/version/`)).text();
    expect(await version()).toBe('1');

    await writeFile(module, 'export const handler = async () => 22;');
    await service.line(/version {2}↻ code has changed; new invocations run the new code$/);

    expect(await version()).toBe('22');
  });

  it.each([
    [
      'the syntax of an ES module it imports',
      { 'main.mjs': "import './part.mjs';", 'part.mjs': 'const a = 1;\nlet b = foo bar;' },
      /main does not start: .*part\.mjs:2: Runtime\.UserCodeSyntaxError: SyntaxError: Unexpected identifier/,
    ],
    [
      'an import that does not exist',
      { 'main.mjs': "\n\nimport { x } from './nowhere.mjs';" },
      /main does not start: .*main\.mjs:3: Runtime\.ImportModuleError: .*nowhere\.mjs/,
    ],
    [
      'what it throws while it loads',
      { 'main.mjs': 'export const handler = 1;\nfunction boom() {\n  throw new Error("no database");\n}\nboom();' },
      /main does not start: .*main\.mjs:3: Error: no database/,
    ],
    [
      'its name',
      { 'main.mjs': 'export const handle = () => 1;' },
      /main does not start: .*Runtime\.HandlerNotFound: .*main\.mjs#handler is undefined/,
    ],
  ])('tells at once that a function does not start, and where: %s', async (_, files, sentence) => {
    for (const [file, content] of Object.entries(files)) await writeFile(join(directory, file), content);
    const args = ['--plain-function', 'main=./main.mjs', '--plain-function', `fine=${join(fixtures, 'functions.mjs')}`];
    const { service, endpoint } = await serve([...args, '--quiet'], { cwd: directory });

    while (!service.complaints.some((line) => line.includes('does not start'))) await service.next();

    expect(service.complaints).toEqual([expect.stringMatching(sentence)]);
    expect((await fetch(`${endpoint}/fn/fine/`)).status).toBe(200);
  });

  it('tells at once that an application of Nest does not boot', async () => {
    const { service } = await serve(['--function', 'shop=./broken-boot.mjs#handler', '--quiet']);
    while (service.complaints.length === 0) await service.next();

    expect(service.complaints).toEqual([
      expect.stringMatching(/shop does not start: .*broken-boot\.mjs:6: Error: no database/),
    ]);
  });

  it('tells a function that does not start any more when its code has changed', async () => {
    const module = join(directory, 'code', 'main.mjs');
    await mkdir(join(directory, 'code'));
    await writeFile(module, 'export const handler = async () => 1;');
    const { service, endpoint } = await serve(['--plain-function', `main=${module}`]);
    expect(await (await fetch(`${endpoint}/fn/main/`)).text()).toBe('1');

    await writeFile(module, '\nexport const handler = async ( => 1;');
    while (service.complaints.length === 0) await service.next();

    expect(service.complaints).toEqual([expect.stringMatching(/main does not start: .*main\.mjs:2: .*SyntaxError/)]);
  });

  it('lets debuggers attach, one port per function', async () => {
    const first = await twoFreePorts();
    const args = ['--plain-function', 'one=./functions.mjs#pid', '--plain-function', 'two=./functions.mjs#pid'];
    const { service, endpoint } = await serve([...args, '--inspect-port', String(first)]);
    expect(await service.line(/fn\/two/)).toMatch(new RegExp(` {2}debugger at 127\\.0\\.0\\.1:${first + 1}$`));
    await service.line(new RegExp(`one .*Debugger listening on ws://127\\.0\\.0\\.1:${first}/`));
    await service.line(new RegExp(`two .*Debugger listening on ws://127\\.0\\.0\\.1:${first + 1}/`));

    const pids = await Promise.all([1, 2, 3].map(async () => (await fetch(`${endpoint}/fn/one/`)).text()));
    const targets = (await (await fetch(`http://127.0.0.1:${first}/json/version`)).json()) as { Browser: string };

    expect(new Set(pids).size).toBe(1);
    expect(targets.Browser).toBe(`node.js/${process.version}`);
  });

  it('goes on after it was killed, with what it has kept', async () => {
    const data = ['--function', DURABLE, '--data', join(directory, 'data')];
    const before = await serve(data);
    await before.ask('start', 'order', '--name', 'mine', '--input', '1');
    await before.service.line(/cool down \(Wait\) started/);
    before.service.child.kill('SIGKILL');
    await before.service.ended;

    const after = await serve([...data, '--skip-time']);
    const { lines } = await after.ask('start', 'order', '--name', 'mine', '--input', '1', '--wait');

    expect(JSON.parse(lines.join(''))).toMatchObject({ input: 1 });
    expect(after.service.lines.join('\n')).not.toContain('execution started');
  });

  it('says that a port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const service = cli(['dev', '--function', DURABLE, '--port', String(port)]);

    expect(await service.ended).toBe(1);
    expect(service.complaints).toEqual([
      `nestjs-durable: Port ${port} is in use; stop the program that listens there, or choose another port with --port.`,
    ]);
    await new Promise((resolve) => other.close(resolve));
  });

  it('says that it cannot listen on an address that is not its own', async () => {
    const service = cli(['dev', '--function', DURABLE, '--port', '0', '--host', '192.0.2.1']);

    expect(await service.ended).toBe(1);
    expect(service.complaints).toEqual([expect.stringContaining('It is not possible to listen on 192.0.2.1')]);
  });

  it.each([
    [
      'a config that is wrong',
      'durable.config.mjs',
      'export default { functions: { order: { modul: "x" } } };',
      /durable\.config\.mjs: functions\.order\.modul is not a known key/,
    ],
    [
      'a config that cannot be parsed',
      'durable.config.mjs',
      'export default {',
      /durable\.config\.mjs could not be loaded: SyntaxError: /,
    ],
    [
      'a module that does not exist',
      'durable.config.mjs',
      'export default { functions: { order: { module: "./x.mjs" } } };',
      /The module of function order does not exist: /,
    ],
    ['no function at all', 'package.json', '{}', /There is no function to serve: /],
  ])('says in one line what is wrong with %s', async (_, file, content, sentence) => {
    await writeFile(join(directory, file), content);
    const service = cli(['dev', '--port', '0'], { cwd: directory });

    expect(await service.ended).toBe(1);
    expect(service.complaints).toEqual([expect.stringMatching(sentence)]);
    expect(service.lines).toEqual([]);
  });

  it('reads a TypeScript config where Node.js can, and otherwise names the remedy', async () => {
    const module = JSON.stringify(join(fixtures, 'durable.mjs'));
    const config = `const module: string = ${module}; export default { functions: { order: { module } } };`;
    await writeFile(join(directory, 'durable.config.ts'), config);
    const service = cli(['dev', '--port', '0'], { cwd: directory });

    if ((process.features as { typescript?: unknown }).typescript) {
      await service.line(/order +plain/);
    } else {
      expect(await service.ended).toBe(1);
      expect(service.complaints).toEqual([
        expect.stringMatching(/cannot read durable\.config\.ts: use Node\.js 22\.18 or later/),
      ]);
    }
  });
});
