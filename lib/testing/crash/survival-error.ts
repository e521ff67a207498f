import type { DurableRun } from '../run/durable-run.js';
import type { Write } from '../service/write-gate.js';
import type { CrashSide } from './crash-plan.js';

export interface Divergence {
  /** Number of the disturbed checkpoint, from 1, and how many there are. */
  at: number;
  of: number;
  side: CrashSide;
  write: Write | undefined;
  problem: string;
  run: DurableRun;
  /** Where in the handler's source operations are called, by their ids. */
  callSites: ReadonlyMap<string, string>;
}

const WORDS: Readonly<Record<CrashSide, string>> = {
  before: 'Killed before',
  after: 'Killed after',
  throttle: 'Throttled at',
  'stale-token': 'Superseded at',
  pause: 'Paused at',
  kms: 'Key refused at',
};

/** A disturbed execution has not come to the same end. */
export class SurvivalError extends Error {
  override readonly name = 'SurvivalError';
  readonly checkpoint: number;
  readonly side: CrashSide;

  constructor({ at, of, side, write, problem, run, callSites }: Divergence) {
    const where = write === undefined ? '' : ` (${describe(write, callSites)})`;
    super(`${WORDS[side]} checkpoint ${at} of ${of}${where}: ${problem}.\n\n${run.timeline()}\n`);
    this.checkpoint = at;
    this.side = side;
  }
}

function describe({ updates }: Write, callSites: ReadonlyMap<string, string>): string {
  if (updates.length === 0) return 'it asks what has changed';
  return updates
    .map(({ Id, Type, Action, Name }) => {
      const site = callSites.get(Id ?? '');
      return `${Action} of ${Type} ${JSON.stringify(Name ?? Id)}${site ? `, called at ${site}` : ''}`;
    })
    .join('; ');
}
