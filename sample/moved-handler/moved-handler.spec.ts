import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DurableHandlerTest } from 'nestjs-durable-execution/testing';
import { handler } from './after.js';

const sample = join(process.cwd(), 'sample/moved-handler');
const linesOf = (file: string) => readFileSync(join(sample, file), 'utf8').split('\n');

describe('A handler of the official SDK that is moved over', () => {
  it('differs in one import', () => {
    const before = linesOf('before.ts');
    const differing = linesOf('after.ts').filter((line, index) => line !== before[index]);
    expect(differing).toEqual(["import { withDurableExecution } from 'nestjs-durable-execution/engine';"]);
  });

  it('runs, and survives every crash', async () => {
    await using test = await DurableHandlerTest.create(handler);
    const order = { id: '7', items: ['book', 'lamp'] };
    const run = await test.start(order);
    await expect(run.result()).resolves.toEqual({
      payment: 'payment of 7',
      parcels: ['parcel with book', 'parcel with lamp'],
    });
    await test.survivesEveryCrash((fresh) => fresh.start(order));
  });
});
