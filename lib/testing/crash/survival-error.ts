import type { DurableRun } from '../run/durable-run.js';
import type { Write } from '../service/write-gate.js';
import type { CrashSide } from './crash-plan.js';

export interface Divergence {
  /** The number of the disturbed checkpoint, from 1, and how many there are. */
  at: number;
  of: number;
  side: CrashSide;
  write: Write | undefined;
  problem: string;
  run: DurableRun;
  /** The error of the scenario's own check. */
  cause?: unknown;
}

const WORDS: Readonly<Record<CrashSide, string>> = {
  before: 'Killed before',
  after: 'Killed after',
  throttle: 'Throttled at',
  'stale-token': 'Superseded at',
  pause: 'Paused at',
  kms: 'Key refused at',
};

/** A disturbed execution has not ended in the same way. */
export class SurvivalError extends Error {
  override readonly name = 'SurvivalError';
  readonly checkpoint: number;
  readonly side: CrashSide;

  constructor({ at, of, side, write, problem, run, cause }: Divergence) {
    const where = write === undefined ? '' : ` (${describe(write, run)})`;
    super(`${WORDS[side]} checkpoint ${at} of ${of}${where}: ${problem}.\n\n${run.timeline()}\n`, { cause });
    this.checkpoint = at;
    this.side = side;
  }
}

function describe({ updates }: Write, run: DurableRun): string {
  if (updates.length === 0) return 'it polls for changes';
  return updates
    .map(({ Id, Type, Action, Name }) => {
      const site = run.operations.find(({ id }) => id === Id)?.calledAt;
      return `${Action} of ${Type} ${JSON.stringify(Name ?? Id)}${site ? `, called at ${site}` : ''}`;
    })
    .join('; ');
}
