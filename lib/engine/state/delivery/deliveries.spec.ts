import { Stage } from '../../../../test/engine/support/stage.js';
import { turns } from '../../../../test/engine/support/turns.js';
import type { DurableContext } from '../../context/durable-context.js';
import type { DurableInstrumentationPlugin, OperationInfo } from '../../invocation/plugins/plugin.js';

/** Takes its time over the end of one operation, and none over the others. */
const slowAbout = (slow: string): DurableInstrumentationPlugin => ({
  onOperationEnd: async ({ name }: OperationInfo) => {
    if (name === slow) await turns(5);
  },
});

describe('Deliveries', () => {
  it.each([
    ['without plugins', undefined],
    ['while a plugin takes its time over the end that comes first', 'called second'],
    ['while a plugin takes its time over the end that comes last', 'called first'],
  ])('delivers the ends that one answer brings in recorded order, %s', async (_, slow) => {
    const delivered: string[][] = [];
    const handler = async (context: DurableContext) => {
      const order: string[] = [];
      delivered.push(order);
      const [first] = await context.createCallback('called first');
      const [second] = await context.createCallback('called second');
      const both = [first.then(() => order.push('called first')), second.then(() => order.push('called second'))];
      await context.step('both are answered', async () => {
        for (const name of ['called second', 'called first']) {
          stage.service.change(stage.service.operation(name).Id, { Status: 'SUCCEEDED' });
        }
      });
      await Promise.all(both);
      await context.wait('until the next invocation', { seconds: 5 });
    };
    const stage = new Stage(handler, { config: { plugins: slow === undefined ? [] : [slowAbout(slow)] } });

    await stage.run();

    expect(delivered).toEqual([
      ['called second', 'called first'],
      ['called second', 'called first'],
    ]);
  });
});
