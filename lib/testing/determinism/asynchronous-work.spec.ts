import { pbkdf2 } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DurableContext } from '../../engine/context/durable-context.js';
import { withDurableExecution } from '../../engine/invocation/with-durable-execution.js';
import { TestBench } from '../test-bench.js';
import { determinismGuard, type DeterminismFinding } from './determinism-guard.js';

const derive = promisify(pbkdf2);

type Handler = (context: DurableContext) => Promise<unknown>;

async function cutOffBy(handler: Handler): Promise<string[]> {
  const bench = await TestBench.open({ startMs: Date.parse('2026-03-01T00:00:00Z'), isManual: false });
  bench.run(
    'f',
    withDurableExecution(async (_input, context) => handler(context)),
  );
  const findings: DeterminismFinding[] = [];
  const stop = determinismGuard.watch((finding) => findings.push(finding));
  try {
    await (await bench.start('f', '{}')).result();
  } finally {
    stop();
    await bench.close();
  }
  const cutOff = findings.filter(({ kind }) => kind === 'cut-off');
  for (const { site } of cutOff) expect(site).toMatch(/asynchronous-work\.spec\.ts:\d+:\d+$/);
  return cutOff.map(({ what }) => what);
}

/** Begins work and suspends meanwhile. */
const beside =
  (work: () => unknown): Handler =>
  async (context) => {
    void work();
    await context.wait('a day', { days: 1 });
  };

const over = new AbortController();

/** Until all tests are over. */
const sleeping = () => sleep(600_000, undefined, { signal: over.signal }).catch(() => undefined);

describe('AsynchronousWork', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    over.abort();
    server.closeAllConnections();
    server.close();
  });

  it('finds a timer, a computation and a request that a suspension does not wait for', async () => {
    await expect(cutOffBy(beside(sleeping))).resolves.toEqual(['A timer']);
    await expect(cutOffBy(beside(() => derive('pass', 'salt', 1_500_000, 32, 'sha512')))).resolves.toEqual([
      'A computation',
    ]);
    const request = () => void get(url).on('error', () => undefined);
    await expect(cutOffBy(beside(request))).resolves.toContain('An HTTP request');
    const fetching = () => fetch(url, { signal: over.signal }).catch(() => undefined);
    await expect(cutOffBy(beside(fetching))).resolves.toContain('An HTTP request');
  });

  it('finds work of a function that the handler calls', async () => {
    const tellWarehouse = async () => {
      await Promise.resolve();
      await sleeping();
    };
    await expect(cutOffBy(beside(tellWarehouse))).resolves.toEqual(['A timer']);
  });

  it.each<[string, Handler]>([
    [
      'work that has ended',
      async (context) => {
        await readFile('package.json');
        await context.wait({ days: 1 });
      },
    ],
    [
      'a timer that was cleared, or that nobody waits for',
      beside(() => {
        clearTimeout(setTimeout(() => undefined, 1000));
        setTimeout(() => undefined, 1000).unref();
      }),
    ],
    [
      'work of a step',
      async (context) => {
        await context.step('file', async () => void (await readFile('package.json')));
        await context.wait({ days: 1 });
      },
    ],
    [
      'a promise that another branch settles',
      async (context) => {
        let open: () => void = () => undefined;
        const gate = new Promise<void>((resolve) => (open = resolve));
        await Promise.all([context.wait({ days: 1 }).then(open), gate]);
      },
    ],
  ])('leaves alone %s', async (_what, handler) => {
    await expect(cutOffBy(handler)).resolves.toEqual([]);
  });
});
