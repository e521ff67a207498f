import { CORE_PARTS } from './core-parts.mjs';

const { specs } = CORE_PARTS[process.env.MUTATE_PART];

/** Runs the specs in the order in which the part names them: the first should notice most mutants. */
export default class PartSequencer {
  sort(tests) {
    const rank = ({ path }) => specs.findIndex((spec) => path.endsWith(spec));
    return [...tests].sort((one, other) => rank(one) - rank(other));
  }

  /** Nothing is kept for the next run. */
  cacheResults() {}
}
