import { Stage } from '../../../test/engine/support/stage.js';
import { connectionReset } from '../../../test/engine/support/strict-service.js';
import { turns } from '../../../test/engine/support/turns.js';
import { currentInvocation } from '../context/current.js';
import type { DurableInvocation } from './durable-invocation.js';

afterEach(() => turns(3));

const invocation = (): DurableInvocation => currentInvocation()!;

describe('Invocation', () => {
  it('flushes what has been called so far', async () => {
    const stage: Stage = new Stage(async (context) => {
      void context.runInChildContext('child', async () => 1);
      await turns(1);
      await invocation().flush();
      return stage.service.operation('child').Status;
    });
    await expect(stage.result()).resolves.toBe('SUCCEEDED');
  });

  it('never settles a flush that could not save', async () => {
    let flushed = 0;
    const stage = new Stage(async (context) => {
      void context.runInChildContext('child', async () => 1);
      await invocation()
        .flush()
        .finally(() => (flushed += 1));
    });
    stage.service.interfere = () => {
      throw connectionReset();
    };
    await expect(stage.invoke()).rejects.toThrow(/socket hang up/);
    await turns(5);
    expect(flushed).toBe(0);
  });

  it('is replaying until the next operation is one that has not ended', async () => {
    const seen: boolean[][] = [];
    const stage = new Stage(async (context) => {
      const replaying = [invocation().isReplaying];
      seen.push(replaying);
      await context.step('first', async () => 1);
      replaying.push(invocation().isReplaying);
      await context.wait('pause', { seconds: 1 });
      replaying.push(invocation().isReplaying);
    });
    await stage.run();
    expect(seen).toEqual([
      [false, false],
      [true, true, false],
    ]);
  });

  it('is under way while an operation is in progress or another body runs, and counts what changes', async () => {
    const seen: boolean[] = [];
    const look = () => seen.push(invocation().isUnderWay);
    let changes = 0;
    const stage = new Stage(async (context) => {
      look();
      const step = context.step('step', async () => 1);
      look();
      await step;
      look();
      const before = invocation().activity.changes;
      const child = context.runInChildContext('child', () => turns(3));
      look();
      changes = invocation().activity.changes - before;
      await child;
      look();
    });
    await stage.run();
    expect(seen).toEqual([false, true, false, true, false]);
    expect(changes).toBeGreaterThan(0);
  });

  it('is settled from the moment its end is proposed, and keeps the first proposal', async () => {
    let opened!: DurableInvocation;
    const stage = new Stage(async () => {
      opened = invocation();
      opened.proposeSuccess('first');
      opened.proposeFailure(new Error('second'));
      expect(opened.isSettled).toBe(true);
      return 'third';
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"first"' });
  });

  it('keeps invocations that run at once apart', async () => {
    const stages = Array.from(
      { length: 20 },
      (_, at) =>
        new Stage(
          async (context, input) => {
            const value = await context.step('echo', async () => (await turns(at % 5), input));
            await context.wait({ seconds: 1 });
            return value;
          },
          { input: { at } },
        ),
    );
    await expect(Promise.all(stages.map((stage) => stage.result()))).resolves.toEqual(stages.map((_, at) => ({ at })));
  });

  it('goes on at once with a retry that the service reports as due already', async () => {
    let attempts = 0;
    const stage = new Stage((context) =>
      context.step('flaky', async () => {
        attempts += 1;
        if (attempts < 3) throw new Error('declined');
        return attempts;
      }),
    );
    const { service } = stage;
    const checkpoint = service.checkpoint.bind(service);
    service.checkpoint = async (request) => {
      const answer = (await checkpoint(request)) as { NewExecutionState?: { Operations: unknown[] } };
      service.passTime();
      const changed = request.Updates!.map(({ Id }) => service.operations.get(Id));
      return { ...answer, NewExecutionState: { Operations: changed } };
    };
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '3' });
  });
});
