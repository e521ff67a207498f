import { DurableTest } from 'nestjs-durable-execution/testing';
import { kitScenario, routes } from './kit-scenario.js';
import { Fulfilment, ShopModule } from './shop.js';

interface FakeTimers {
  useFakeTimers(): void;
  useRealTimers(): void;
}

declare const it: (name: string, body: () => Promise<void>, timeoutMs: number) => void;
declare const expect: { (value: unknown): Record<'toHaveSucceeded' | 'toHaveRun', (...args: unknown[]) => void> };
declare const vi: FakeTimers | undefined;
declare const jest: FakeTimers | undefined;

/** A global of both runners, but for jest's ES modules. */
async function fakeTimers(): Promise<FakeTimers> {
  if (typeof vi !== 'undefined') return vi;
  if (typeof jest !== 'undefined') return jest;
  const globals: string = '@jest/globals';
  return ((await import(globals)) as { jest: FakeTimers }).jest;
}

// First, so that whatever is loaded late is loaded while the timers are fake.
it('works beside fake timers, and adds its matchers', async () => {
  const timers = await fakeTimers();
  timers.useFakeTimers();
  try {
    await using test = await DurableTest.create({ imports: [ShopModule] });
    const run = await test.start(Fulfilment, 'fulfil', { id: '7' });
    await run.result();
    expect(run).toHaveSucceeded();
    expect(run).toHaveRun('ship', { times: 1 });
    await routes();
  } finally {
    timers.useRealTimers();
  }
}, 30_000);

for (const [name, body] of Object.entries(kitScenario)) it(name, body, 30_000);
