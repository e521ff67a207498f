import { DurableRunError } from './run/durable-run-error.js';
import { DurableRun } from './run/durable-run.js';
import type { TestBench } from './test-bench.js';

/** @throws {TypeError} for what is no scenario */
export function assertScenario(place: string, scenario: unknown): void {
  if (typeof scenario !== 'function') throw new TypeError(`${place} needs a scenario: (fresh) => fresh.start(…).`);
}

/** The run of a scenario. @throws {TypeError} when the scenario has returned none */
export async function runOf(scenario: PromiseLike<DurableRun>): Promise<DurableRun> {
  const run: unknown = await scenario;
  if (run instanceof DurableRun) return run;
  throw new TypeError('The scenario must return the run that it has started: (fresh) => fresh.start(…).');
}

/** Names of operations that an option of a sweep gives. */
interface Named {
  option: string;
  names: readonly string[];
}

/** @throws {DurableRunError} for a name that no operation of the undisturbed run has: nothing would be checked */
export function assertNamed(bench: TestBench, run: DurableRun, { option, names }: Named): void {
  const existing = new Set(bench.runs.flatMap(({ operations }) => operations.map(({ name }) => name)));
  const unknown = names.find((name) => !existing.has(name));
  if (unknown === undefined) return;
  throw new DurableRunError(
    run,
    `\`${option}\` names ${JSON.stringify(unknown)}, and the undisturbed run has no such step: correct the name, or leave it out`,
  );
}
