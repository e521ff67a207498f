import fc from 'fast-check';
import type { Chain } from './program.js';

export interface Plays {
  /** How many programs are played. */
  runs: number;
  seed: number;
}

/** A program that does not do what it should, and all that it takes to play it again. */
export interface Fault {
  what: string;
  worldSeed: number;
  program: string;
}

/** Plays random programs, and collects those that do not do what they should: how many there are tells more than one. */
export async function faultsOf(
  programs: fc.Arbitrary<Chain>,
  { runs, seed }: Plays,
  playOne: (program: Chain, worldSeed: number) => Promise<void>,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [program, worldSeed] of fc.sample(fc.tuple(programs, fc.nat()), { numRuns: runs, seed })) {
    try {
      await playOne(program, worldSeed);
    } catch (error) {
      faults.push({ what: String(error), worldSeed, program: JSON.stringify(program) });
    }
  }
  return faults;
}
