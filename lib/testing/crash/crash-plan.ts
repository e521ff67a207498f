import type { TestBench } from '../test-bench.js';
import type { Write } from '../service/write-gate.js';

/** The disturbance of an execution at one of its checkpoints. */
export type CrashSide =
  /** The invocation dies before the checkpoint reaches the service. */
  | 'before'
  /** It dies when the checkpoint is saved, before the response arrives. */
  | 'after'
  /** The service throttles the call until the client gives up. */
  | 'throttle'
  /** Another invocation has taken over the checkpoint token. */
  | 'stale-token'
  /** An operator pauses the execution there, and resumes it once it is paused. */
  | 'pause'
  /** The customer's key can no longer be used. */
  | 'kms';

/** As many requests as the client sends before it gives up. */
const LASTING = 3;

/** Counts the checkpoints of everything that runs on a bench, and disturbs one of them. */
export class CrashPlan {
  /** The successful checkpoints, in order. */
  readonly writes: Write[] = [];
  /** The checkpoint that was disturbed. */
  struck: Write | undefined;
  #count = 0;

  /** @param at - number of the checkpoint to disturb, from 1; absent to count only */
  constructor(
    private readonly bench: TestBench,
    private readonly target?: { at: number; side: CrashSide },
  ) {}

  /** @returns stops the counting */
  watch(): () => void {
    return this.bench.guardWrites({ before: (write) => this.#before(write), after: (write) => this.#after(write) });
  }

  async #before(write: Write): Promise<void> {
    this.#count += 1;
    if (this.#count !== this.target?.at) return;
    await this.#strike(write, this.target.side);
  }

  #after(write: Write): void {
    this.writes.push(write);
    if (this.target?.side === 'after' && this.struck === write) this.bench.service.kill(write.arn);
  }

  async #strike(write: Write, side: CrashSide): Promise<void> {
    this.struck = write;
    const { service } = this.bench;
    const api = 'CheckpointDurableExecution';
    switch (side) {
      case 'before':
        service.kill(write.arn);
        return;
      case 'after':
        return;
      case 'throttle':
        service.core.faults.add({ kind: 'throttled', api, times: LASTING });
        return;
      case 'stale-token':
        service.core.faults.add({ kind: 'stale-token', api });
        return;
      case 'kms':
        service.core.faults.add({ kind: 'kms-access-denied', api });
        return;
      case 'pause':
        return this.#pauseBriefly(write.arn);
      default:
        return side satisfies never;
    }
  }

  async #pauseBriefly(arn: string): Promise<void> {
    const run = this.bench.runOf(arn);
    this.bench.onceStatus(arn, 'PAUSED', () => void run.resume());
    await run.pause();
  }
}
