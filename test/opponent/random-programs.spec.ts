import { jest } from '@jest/globals';
import { type HandlerOf, official, own, run, type Sdk } from '../engine/hand-over/engines.js';
import { faultsOf } from '../engine/support/faults-of.js';
import { programsOf } from '../engine/support/program.js';
import { ProgramRun } from '../engine/support/run-program.js';

/** How many programs a run plays; `npm run fuzz` plays more. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
const SEED = Number(process.env.FUZZ_SEED ?? 3);

jest.setTimeout(3_600_000);

const ignore = () => undefined;
const nobody = { onBody: ignore, onAttempt: ignore, onSeen: ignore, onPatch: ignore, onNote: ignore };

describe('random programs of children, branches and items', () => {
  it('come to the same under the official SDK', async () => {
    const programs = programsOf({ withRaces: false, withJoins: false, withOwn: false });
    const faults = await faultsOf(programs, { runs: RUNS, seed: SEED }, async (program) => {
      const handlerOf: HandlerOf =
        ({ withRetry }) =>
        (context) =>
          new ProgramRun(nobody, withRetry).run(context, program);
      const by = async (sdk: Sdk) => (await run(handlerOf, { sdkOf: () => sdk })).output;
      const ours = await by(own);
      expect(ours).toEqual(await by(official));
    });
    expect(faults).toEqual([]);
  });
});
