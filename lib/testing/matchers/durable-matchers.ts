import { assertOptions, type OptionTypes } from '../../nest/errors/assert-options.js';
import { memberOf } from '../../wire/thrown.js';
import { assertName } from '../assert-name.js';
import { type Host, nameOfStep } from '../nest/step-method.js';
import type { OperationView } from '../run/operation-view.js';
import { assertExpectedFailure, describeFailure, type ExpectedFailure, isSameFailure } from './expected-failure.js';

/** The part of a run that matchers use: of a test in this process, or in the cloud. */
export interface InspectedRun {
  readonly status: string;
  readonly failure: { type?: string; message?: string } | undefined;
  readonly operations: readonly OperationView[];
  readonly isSuspended: boolean;
  readonly openNames: readonly string[];
  operationsNamed(name: string): readonly OperationView[];
  timeline(): string;
}

/** The context in which a saga undoes steps, and the prefix of the steps in it. */
const [COMPENSATION, UNDO] = ['compensation', 'undo '];

const NAME = 'the name of a step or another operation';

export interface MatcherResult {
  pass: boolean;
  message: () => string;
}

interface Times {
  times?: number;
}

/** A step by its name, or a class and the name of its `@Step()` method; and how often. */
export type NamedStep = [name: string, options?: Times] | [host: Host<object>, method: string, options?: Times];

/** Matchers for `expect.extend()` of jest and vitest; `DurableTest.create()` adds them where `expect` is global. */
export const durableMatchers = forRuns({
  toHaveSucceeded(run: InspectedRun): MatcherResult {
    return verdict(run, run.status === 'SUCCEEDED', `have SUCCEEDED, and it is ${run.status}`);
  },

  toHaveFailedWith(run: InspectedRun, expected: ExpectedFailure): MatcherResult {
    assertExpectedFailure(expected);
    const { failure } = run;
    const isFailed = run.status !== 'SUCCEEDED' && failure !== undefined;
    const is = failure ? `${failure.type ?? ''}: ${failure.message ?? ''}` : run.status;
    return verdict(
      run,
      isFailed && isSameFailure(failure, expected),
      `have failed with ${describeFailure(expected)}, and it is ${is}`,
    );
  },

  /**
   * The body of a step has run, or an operation of the name has started. @param named - a name, or a class and the name
   * of its method
   */
  toHaveRun(run: InspectedRun, ...named: NamedStep): MatcherResult {
    const { name, times } = readNamed('toHaveRun()', named);
    const count = countOf(run.operationsNamed(name));
    const pass = times === undefined ? count > 0 : count === times;
    const wanted = times === undefined ? '' : ` ${times} times`;
    return verdict(run, pass, `have run ${JSON.stringify(name)}${wanted}, and it ran ${count} times`);
  },

  /** The execution is suspended, and an operation of the name has not completed. */
  toBeSuspendedOn(run: InspectedRun, name: string): MatcherResult {
    assertName('toBeSuspendedOn()', name, NAME);
    const open = run.operations.filter(({ hasEnded, type }) => !hasEnded && type !== 'CONTEXT');
    const isOn = run.isSuspended && run.openNames.includes(name);
    const names = run.openNames.map((one) => JSON.stringify(one)).join(', ') || `${open.length} unnamed operations`;
    const remedy = run.status === 'RUNNING' ? ': await run.until({ suspended: true }) first' : '';
    const state = run.isSuspended ? `it is suspended on ${names}` : `it is ${run.status} and not suspended${remedy}`;
    return verdict(run, isOn, `be suspended on ${JSON.stringify(name)}, and ${state}`);
  },

  /** A saga has undone a step; without a name, all the steps that it had to undo. */
  toHaveCompensated(run: InspectedRun, name?: string): MatcherResult {
    if (name !== undefined) assertName('toHaveCompensated()', name, NAME);
    const contexts = run.operationsNamed(COMPENSATION).map(({ id }) => id);
    const undos = run.operations.filter(
      (one) => contexts.includes(one.parentId ?? '') && (one.name ?? '').startsWith(UNDO),
    );
    const done = undos.filter(({ status }) => status === 'SUCCEEDED').map((one) => one.name!.slice(UNDO.length));
    const pass = name === undefined ? undos.length > 0 && done.length === undos.length : done.includes(name);
    const wanted = name === undefined ? '' : ` ${JSON.stringify(name)}`;
    const is = done.map((one) => JSON.stringify(one)).join(', ') || 'nothing';
    return verdict(run, pass, `have compensated${wanted}, and it has undone ${is} of ${undos.length}`);
  },

  /** A step or condition has had more than one attempt; `times` counts those after the first. */
  toHaveRetried(run: InspectedRun, ...named: NamedStep): MatcherResult {
    const { name, times } = readNamed('toHaveRetried()', named);
    const retries = run.operationsNamed(name).reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0);
    const pass = times === undefined ? retries > 0 : retries === times;
    const wanted = times === undefined ? '' : ` ${times} times`;
    return verdict(run, pass, `have retried ${JSON.stringify(name)}${wanted}, and it was retried ${retries} times`);
  },
});

type Matchers = Record<string, (run: InspectedRun, ...args: never[]) => MatcherResult>;

/** Refuses what is no run, such as the promise of one: with `not` every matcher would pass. */
function forRuns<M extends object>(matchers: M): M {
  const checked = Object.entries(matchers as Matchers).map(([name, matcher]) => [
    name,
    (run: InspectedRun, ...args: never[]) => {
      if (typeof memberOf(run, 'timeline') === 'function') return matcher(run, ...args);
      const given = run instanceof Promise ? 'a promise: await it first' : String(run);
      throw new TypeError(`${name}() is for a run, as test.start() returns it, and received ${given}.`);
    },
  ]);
  return Object.fromEntries(checked) as M;
}

function readNamed(matcher: string, [step, ...rest]: NamedStep): { name: string; times: number | undefined } {
  const isText = typeof step === 'string';
  const [options = {}] = (isText ? rest : rest.slice(1)) as [Times?];
  assertOptions(matcher, options, { times: 'number' } satisfies OptionTypes<Times>);
  const { times = 0 } = options;
  if (!Number.isInteger(times) || times < 0)
    throw new TypeError(`The option "times" of ${matcher} is ${times}. Give a whole number of at least 0.`);
  const name = isText ? step : nameOfStep(step, rest[0] as string);
  assertName(matcher, name, NAME);
  return { name, times: options.times };
}

function verdict(run: InspectedRun, pass: boolean, sentence: string): MatcherResult {
  return { pass, message: () => `Expected the execution ${pass ? 'not ' : ''}to ${sentence}.\n\n${run.timeline()}\n` };
}

function countOf(operations: readonly OperationView[]): number {
  return operations.reduce((sum, { type, ran }) => sum + (type === 'STEP' ? ran : 1), 0);
}
