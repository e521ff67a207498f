import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { DurableContext } from '../context/durable-context.js';

type Call = (context: DurableContext) => Promise<unknown>;

/** One of each type; `it` is what its record is called. */
const CALLS: Array<[type: string, call: Call]> = [
  ['STEP', (context) => context.step('it', async () => 'ran')],
  ['STEP of a condition', (context) => context.waitForCondition('it', async () => 'ran', once)],
  ['WAIT', (context) => context.wait('it', { hours: 1 })],
  ['CALLBACK', async (context) => (await context.createCallback('it'))[0]],
  ['CHAINED_INVOKE', (context) => context.invoke('it', 'target:1', {})],
  ['CONTEXT', (context) => context.runInChildContext('it', async () => 'ran')],
  ['CONTEXT of a batch', (context) => context.map('it', [1], async () => 'ran')],
];

const once = { initialState: '', waitStrategy: () => ({ shouldContinue: false as const }) };

afterEach(() => turns(3));

/** A stage on which the operation has been recorded, and has the status now. */
async function stageWith(call: Call, Status: string): Promise<Stage> {
  const stage = new Stage(async (context) => {
    void call(context);
    await context.wait('pause', { seconds: 1 });
  });
  await stage.invoke();
  stage.service.change(idOf(stage), { Status: Status as never });
  stage.service.calls.length = 0;
  return stage;
}

const idOf = (stage: Stage) => stage.service.operation('it').Id;
const warningsOf = (stage: Stage) => stage.logger.records.filter(({ level }) => level === 'warn');

describe('an operation in a status that is not known', () => {
  // Another name than the service's words, and names that every object has.
  const statuses = ['PAUSED', 'DELETING', 'constructor', '__proto__'];

  it.each(CALLS.flatMap(([type, call]) => statuses.map((status) => [type, status, call] as const)))(
    'is waited for and told of once: %s %s',
    async (_, status, call) => {
      const stage = await stageWith(call, status);
      const ran: unknown[] = [];
      stage.handler = async (context) => void ran.push(await call(context));
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      expect(ran).toEqual([]);
      expect(stage.service.calls).toEqual([]);
      expect(warningsOf(stage)).toEqual([
        expect.objectContaining({ record: expect.objectContaining({ message: expect.stringContaining(status) }) }),
      ]);
    },
  );

  it('is told of once, also if another unknown status follows', async () => {
    const stage = await stageWith((context) => context.step('it', async () => 'ran'), 'PAUSED');
    stage.handler = async (context) => {
      const it = context.step('it', async () => 'again');
      void context.wait('pause', { seconds: 1 });
      await context.step('change', async () => stage.service.change(idOf(stage), { Status: 'DELETING' as never }));
      await it;
    };
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(warningsOf(stage)).toHaveLength(1);
  });

  it('goes on when the service has gone on', async () => {
    const stage = await stageWith((context) => context.step('it', async () => 'ran'), 'PAUSED');
    stage.handler = (context) => context.step('it', async () => 'again');
    await stage.invoke();
    stage.service.change(idOf(stage), { Status: 'SUCCEEDED', StepDetails: { Result: '"ran"' } });
    await expect(stage.result()).resolves.toBe('ran');
  });

  it('disturbs nothing where nobody calls it', async () => {
    const handler: Handler = async (context) => context.step('mine', async () => 'ran');
    const stage = new Stage(handler);
    stage.service.operations.set('x', { Id: 'x', Type: 'BATCH', Status: 'PAUSED', SubType: 'Novel' } as never);
    await expect(stage.result()).resolves.toBe('ran');
    expect(stage.logger.records).toEqual([]);
  });

  it.each(['PENDING', 'READY'])('is no end for a wait in the status %s either', async (status) => {
    const stage = await stageWith((context) => context.wait('it', { hours: 1 }), status);
    stage.handler = async (context) => context.wait('it', { hours: 1 });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(stage.logger.records).toEqual([]);
  });
});
