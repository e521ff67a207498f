import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import * as nestCommon from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import * as durable from 'nestjs-durable-execution';
import { startLocalService } from 'nestjs-durable-execution/local';
import * as testing from 'nestjs-durable-execution/testing';
import ts from 'typescript';
import { ApiKeyGuard, AppModule, ApprovedFulfilment, OrderFulfilment, Payments } from './testing-shop.js';

const { DurableTest } = testing;

/** What snippets import. */
const MODULES: Readonly<Record<string, unknown>> = {
  '@nestjs/common': nestCommon,
  'nestjs-durable-execution': durable,
  'nestjs-durable-execution/testing': testing,
};

/** What snippets declare, and readers have. */
const NAMES = { AppModule, OrdersModule: AppModule, OrderFulfilment, Payments, ApiKeyGuard };

const page = readFileSync(join(process.cwd(), 'docs/testing.md'), 'utf8');
const snippets = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);

type Run = (...args: unknown[]) => Promise<void>;

interface Loaded {
  /** What it exports. */
  exports: Record<string, Run>;
  /** The tests in it. */
  tests: Run[];
}

/** The name of the function that a snippet exports, or of the test in it. */
function nameOf(code: string): string {
  return /^export async function (\w+)/m.exec(code)?.[1] ?? /^it\('([^']+)'/m.exec(code)?.[1] ?? code;
}

function load(name: string, names: Record<string, unknown> = {}): Loaded {
  const source = snippets.find((code) => nameOf(code) === name)!;
  const compilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    experimentalDecorators: true,
  };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  const loaded: Loaded = { exports: {}, tests: [] };
  const known: Record<string, unknown> = {
    ...NAMES,
    ...names,
    exports: loaded.exports,
    require: (module: string) => MODULES[module],
    it: (_name: string, body: Run) => loaded.tests.push(body),
    expect,
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page is ours, and is to run as it is printed
  new Function(...Object.keys(known), `{${outputText}\n}`)(...Object.values(known));
  return loaded;
}

const orders = () => DurableTest.create({ imports: [AppModule] });

/** How each snippet is run, and what shows that it has done what the page says. */
const RUNS: Readonly<Record<string, () => Promise<void>>> = {
  async 'ships once, after fourteen days'() {
    const { tests } = load('ships once, after fourteen days');
    expect(tests).toHaveLength(1);
    await tests[0]!();
  },

  async overHttp() {
    await load('overHttp').exports.overHttp!();
    expect(said()).toEqual([[202, 'SUCCEEDED', { receipt: 'charged 7', trackingNumber: 'T7' }]]);
  },

  async byHand() {
    const begun: Array<testing.DurableRun> = [];
    const start = async (test: testing.DurableTest) => {
      begun.push(await test.start(OrderFulfilment, 'fulfil', { id: '7' }));
      return begun[0];
    };
    await load('byHand', { start }).exports.byHand!();
    expect(begun[0]).toHaveSucceeded();
  },

  async typed() {
    await load('typed').exports.typed!();
    expect(said()).toEqual([['receipt of 7']]);
  },

  async crashInTheMiddle() {
    await using test = await orders();
    const run = await test.start(ApprovedFulfilment, 'fulfil', { id: '7' });
    await load('crashInTheMiddle').exports.crashInTheMiddle!(run);
    expect(run).toHaveSucceeded();
    expect(run.invocations.length).toBeGreaterThan(2);
  },

  async survives() {
    await load('survives').exports.survives!();
    expect(said()).toEqual([[expect.stringMatching(/^\d+ disturbed runs, all with the same end$/)]]);
  },

  async handles() {
    await load('handles').exports.handles!();
  },

  async smoke() {
    const deployed: { handler?: (event: never, context: never) => unknown } = {};
    const service = await startLocalService({
      skipTime: true,
      functions: {
        orders: {
          handler: (event: never, context: never) => deployed.handler!(event, context),
          durable: { executionTimeoutSeconds: 31_536_000 },
        },
      },
    });
    const before = { ...process.env };
    try {
      Object.assign(process.env, { AWS_ENDPOINT_URL_LAMBDA: service.endpoint, AWS_REGION: 'us-east-1' });
      class Deployed {}
      const imports = [durable.DurableExecutionModule.forRoot(), AppModule];
      const app = await NestFactory.createApplicationContext({ module: Deployed, imports }, { logger: false });
      deployed.handler = durable.createLambdaHandler(app) as typeof deployed.handler;
      await load('smoke', { OrderFulfilment: ApprovedFulfilment }).exports.smoke!();
      expect(said()).toEqual([['T7', 1]]);
      await app.close();
    } finally {
      process.env = before;
      await service.close();
    }
  },

  async before() {
    const directory = mkdtempSync(join(tmpdir(), 'histories-'));
    const home = process.cwd();
    mkdirSync(join(directory, 'histories'));
    await using test = await orders();
    const run = await test.start(OrderFulfilment, 'fulfil', { id: '7' });
    await run.until({ suspended: true });
    await run.save(join(directory, 'histories/release-7.json'));
    const handler = durable.createLambdaHandler(test.app);
    try {
      process.chdir(directory);
      await load('before', { handler }).exports.before!('release-7');
      expect(said()).toEqual([['continues with ']]);
    } finally {
      process.chdir(home);
      rmSync(directory, { recursive: true });
    }
  },
};

let log: jest.SpiedFunction<typeof console.log>;
const said = () => log.mock.calls;

describe('Snippets of docs/testing.md', () => {
  beforeEach(() => void (log = jest.spyOn(console, 'log').mockImplementation(() => undefined)));
  afterEach(() => log.mockRestore());

  it('are each run below', () => {
    expect(snippets.map(nameOf)).toEqual(Object.keys(RUNS));
  });

  it.each(Object.entries(RUNS))('%s', (_name, run) => run(), 60_000);
});
