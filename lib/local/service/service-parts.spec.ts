import { ManualClock } from '../clock/manual-clock.js';
import { closeExecution } from '../core/close-execution.js';
import { pauseExecution, resumeExecution } from '../core/pause.js';
import { DEFAULT_LIMITS } from '../core/limits.js';
import { DEFAULT_RETRY_POLICY } from '../core/retry-policy.js';
import { describeStart } from '../core/start-execution.js';
import type {
  FunctionInvocation,
  FunctionResult,
  FunctionRuntime,
  QueuedInvocation,
} from '../functions/function-runtime.js';
import { MemoryStore } from '../store/memory-store.js';
import type { ExecutionWrite } from '../store/store.js';
import { FunctionCatalog } from './function-catalog.js';
import { ServiceParts } from './service-parts.js';

/** A disk that is slow, and full when told so. */
class TroubledStore extends MemoryStore {
  isFull = false;
  #release: (() => void)[] | undefined;

  constructor() {
    super(100);
  }

  /** From now on nothing is durable before `release`. */
  holdBack(): void {
    this.#release = [];
  }

  release(): void {
    const waiting = this.#release ?? [];
    this.#release = undefined;
    for (const go of waiting) go();
  }

  override async commit(writes: readonly ExecutionWrite[]): Promise<void> {
    if (this.isFull) throw new Error('no space left on device');
    if (this.#release) await new Promise<void>((resolve) => this.#release?.push(resolve));
    await super.commit(writes);
  }
}

/** Records what it should run; nothing that it runs ends before it is killed. */
class IdleRuntime implements FunctionRuntime {
  readonly invocations: FunctionInvocation[] = [];

  invoke(invocation: FunctionInvocation): Promise<FunctionResult> {
    this.invocations.push(invocation);
    return new Promise((resolve) => {
      const killed = { kind: 'failed', errorType: 'Runtime.ExitError', errorMessage: 'killed' } as const;
      invocation.signal?.addEventListener('abort', () => resolve(killed));
    });
  }

  async close(): Promise<void> {
    // Nothing is kept.
  }
}

/** A runtime of which no worker is free before `free()`. */
class QueuingRuntime extends IdleRuntime {
  #queue: (() => void)[] = [];

  enqueue({ signal, begin }: QueuedInvocation): Promise<FunctionResult | undefined> {
    return new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve(undefined));
      this.#queue.push(() => {
        const invocation = begin();
        resolve(invocation && this.invoke(invocation));
      });
    });
  }

  free(): void {
    this.#queue.shift()?.();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('ServiceParts', () => {
  const target = { name: 'f', durable: { executionTimeoutSeconds: 60 } };
  let store: TroubledStore;
  let runtime: IdleRuntime;
  let parts: ServiceParts;
  let complaints: Error[];

  const start = () =>
    parts.transactions.start(
      describeStart(parts.environment(), { target, version: '$LATEST', name: 'n', synchronous: false }),
    );

  const begin = (functions: FunctionRuntime) => {
    parts = new ServiceParts({
      clock: new ManualClock(1_700_000_000_000),
      store,
      functions: new FunctionCatalog([target], functions),
      limits: DEFAULT_LIMITS,
      retryPolicy: DEFAULT_RETRY_POLICY,
      region: 'us-east-1',
      accountId: '123456789012',
      onFailure: (failure) => complaints.push(failure),
    });
  };

  beforeEach(() => {
    store = new TroubledStore();
    runtime = new IdleRuntime();
    complaints = [];
    begin(runtime);
  });
  afterEach(() => parts.close());

  it('does nothing more once the store cannot write, and says why', async () => {
    const { value: state } = start();
    await turn();
    store.isFull = true;
    await expect(parts.transactions.run(state, () => undefined).durable).rejects.toThrow(
      'can no longer write its data',
    );
    await turn();
    expect(complaints).toEqual([new Error('no space left on device')]);
    expect(() => start()).toThrow(
      expect.objectContaining({ httpStatus: 500, message: 'The service can no longer write its data.' }),
    );
    expect([parts.dispatcher.runningCount, runtime.invocations.length]).toEqual([0, 1]);
  });

  it('holds a closed execution in memory until its end is durable and its function has returned', async () => {
    const { value: state } = start();
    await turn();
    store.holdBack();
    parts.transactions.run(state, (draft) => closeExecution(draft, { status: 'STOPPED', error: {} }));
    const { id } = state.start;
    await turn();
    store.release();
    await turn();
    expect(parts.registry.findLive(id)).toBe(state);
    parts.dispatcher.kill(id);
    await turn();
    expect([parts.registry.findLive(id), parts.registry.liveCount]).toEqual([undefined, 0]);
    expect(parts.registry.findByName('f', 'n')?.progress.status).toBe('STOPPED');
  });

  it('tells of events only when they are durable', async () => {
    const told: string[] = [];
    parts.eventListeners.add((_, { type }) => void told.push(type));
    store.holdBack();
    start();
    await turn();
    expect(told).toEqual([]);
    store.release();
    await turn();
    expect(told).toEqual(['ExecutionStarted']);
  });

  it('invokes once for all that comes due at one moment', async () => {
    const { value: state } = start();
    parts.dispatcher.wake(state);
    parts.dispatcher.wake(state);
    await turn();
    parts.dispatcher.wake(state);
    expect(runtime.invocations).toHaveLength(1);
  });

  describe('on a runtime whose functions queue', () => {
    let queuing: QueuingRuntime;

    beforeEach(async () => {
      await parts.close();
      queuing = new QueuingRuntime();
      begin(queuing);
    });

    it('records an invocation when its turn has come, and nothing of one that was killed in the queue', async () => {
      const { value: state } = start();
      await turn();
      expect(state.progress).toMatchObject({ invocation: 0, eventCount: 1 });
      expect(parts.dispatcher.kill(state.start.id)).toBe(false);
      queuing.free();
      expect(state.progress).toMatchObject({ invocation: 1, running: { requestId: expect.any(String) } });
      expect(parts.dispatcher.kill(state.start.id)).toBe(true);
    });

    it('pauses at once what only waits for its turn, and lets it go on when it is resumed', async () => {
      const { value: state } = start();
      await turn();
      parts.transactions.run(state, (draft) => pauseExecution(draft, {}));
      expect(state.progress.status).toBe('PAUSED');
      queuing.free();
      parts.transactions.run(state, (draft) => resumeExecution(draft, {}));
      await turn();
      queuing.free();
      expect(state.progress.invocation).toBe(1);
    });

    it('does not begin what was stopped in the queue', async () => {
      const { value: state } = start();
      await turn();
      parts.transactions.run(state, (draft) => closeExecution(draft, { status: 'STOPPED', error: {} }));
      queuing.free();
      await turn();
      expect([queuing.invocations.length, parts.registry.liveCount]).toEqual([0, 0]);
    });
  });
});
