import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { type DurableContext, withDurableExecution } from 'nestjs-durable-execution/engine';
import { DurableHandlerTest } from 'nestjs-durable-execution/testing';

const CLI = join(process.cwd(), 'dist/esm/local/cli/main.js');

const ENGINE = pathToFileURL(join(process.cwd(), 'dist/esm/engine/index.js')).href;
const workshop = mkdtempSync(join(tmpdir(), 'replay-'));

const module = (chargeName: string, rest = '') => `
import { withDurableExecution } from '${ENGINE}';

setInterval(() => undefined, 1000); // a pool of connections, say

export const handler = withDurableExecution(async (order, context) => {
  await context.step('reserve', async () => { throw new Error('no body runs'); });
  await context.step('${chargeName}', async () => 'receipt');
  await context.wait('cooling-off', { days: 14 });
  ${rest}
  return 'done';
});
`;

interface Ran {
  code: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

function replay(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, 'replay', ...args],
      { cwd: workshop, env: { ...process.env, NODE_OPTIONS: '', ...env } },
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('nestjs-durable replay', () => {
  let server: Server;
  let events: readonly object[];

  beforeAll(async () => {
    const recorded = withDurableExecution(async (_order: unknown, context: DurableContext) => {
      await context.step('reserve', async () => 'reserved');
      await context.step('charge card', async () => 'receipt');
      await context.wait('cooling-off', { days: 14 });
      return 'done';
    });
    await using test = await DurableHandlerTest.create(recorded);
    const run = await test.start({ id: '7' });
    await run.until({ suspended: true });
    await run.save(join(workshop, 'order-7.json'));
    events = run.events;
    writeFileSync(
      join(workshop, 'same.mjs'),
      module('charge card', `await context.step('ship', async () => 'shipped');`),
    );
    writeFileSync(join(workshop, 'renamed.mjs'), module('charge the card'));
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
      const isFirst = !searchParams.get('Marker');
      const page = isFirst ? { Events: events.slice(0, 3), NextMarker: 'more' } : { Events: events.slice(3) };
      response.writeHead(pathname.endsWith('/history') ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(page));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    server.close();
    rmSync(workshop, { recursive: true });
  });

  it('shows the line of the source of what was compiled', async () => {
    const { outputText } = ts.transpileModule(`type Unused = 1;\n\n${module('charge the card')}`, {
      fileName: 'order.ts',
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, inlineSourceMap: true },
    });
    writeFileSync(join(workshop, 'compiled.mjs'), outputText);
    const { code, stdout } = await replay(['compiled.mjs', 'order-7.json']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/at .*order\.ts:10:\d+/);
  });

  it('goes on with a history, runs no body, and ends although the module keeps something open', async () => {
    const { code, stdout, stderr } = await replay(['./same.mjs', 'order-7.json']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '✓ order-7.json\n', stderr: '' });
  });

  it('fails with the difference, the line and what to write', async () => {
    const { code, stdout, stderr } = await replay(['./renamed.mjs#handler', 'order-7.json']);
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual([
      '✗ order-7.json',
      '      Step "reserve"',
      '    - Step "charge card"',
      '    + Step "charge the card"',
      expect.stringMatching(/^ {4}at .*renamed\.mjs:8:17$/),
      `    write: if (context.patched('charge-the-card')) { /* Step "charge the card" */ } else { /* Step "charge card", as recorded */ }`,
      '',
    ]);
    expect(stderr).toContain('The code cannot continue 1 of 1 histories.');
  });

  it('fails with what an operation is asked for now, unless inputs are to be ignored', async () => {
    writeFileSync(join(workshop, 'longer.mjs'), module('charge card').replace('days: 14', 'days: 30'));
    const { code, stdout } = await replay(['./longer.mjs', 'order-7.json']);
    expect(code).toBe(1);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '✗ order-7.json',
      '      Wait "cooling-off"',
      '    - seconds: 1209600',
      '    + seconds: 2592000',
    ]);
    expect(await replay(['./longer.mjs', 'order-7.json', '--ignore-inputs'])).toMatchObject({ code: 0 });
  });

  it('asks AWS for the history of an ARN, page by page', async () => {
    const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:orders:live/durable-execution/order-7/1';
    const { code, stdout } = await replay(['./renamed.mjs', arn, '--json'], {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ history: arn, findings: [{ kind: 'changed' }] }]);
  });

  it.each([
    [['./none.mjs', 'order-7.json'], 'There is no module'],
    [['./same.mjs#other', 'order-7.json'], 'exports no function other'],
    [['./same.mjs', 'none.json'], 'There is no file none.json'],
    [['./same.mjs'], 'Usage: nestjs-durable replay'],
  ])('says what is wrong with %j', async (args, problem) => {
    const { code, stderr } = await replay(args);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });

  it('names the history that it cannot read, among many', async () => {
    writeFileSync(join(workshop, 'not.json'), '{"broken');
    const { code, stderr } = await replay(['./same.mjs', 'order-7.json', 'not.json']);
    expect(code).toBe(1);
    expect(stderr).toContain('not.json cannot be replayed: ');
  });

  it('keeps what the module prints, such as the log of a boot, off stdout', async () => {
    const noisy = module('charge card').replace('async (order, context) => {', `$&\n  console.log('booted');`);
    writeFileSync(join(workshop, 'noisy.mjs'), `console.log('loaded');${noisy}`);
    const { code, stdout, stderr } = await replay(['./noisy.mjs', 'order-7.json', '--json']);
    expect({ code, replayed: JSON.parse(stdout) as unknown }).toMatchObject({ code: 0, replayed: [{ findings: [] }] });
    expect(stderr).toBe('loaded\nbooted\n');
  });

  it('reads what nestjs-durable show --json prints', async () => {
    writeFileSync(join(workshop, 'shown.json'), JSON.stringify({ execution: {}, events }));
    expect(await replay(['./same.mjs', 'shown.json'])).toMatchObject({ code: 0, stdout: '✓ shown.json\n' });
  });
});
