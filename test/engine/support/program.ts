import fc from 'fast-check';
import { NestingType } from '../../../lib/engine/operations/batch-config.js';

/** The next step of a chain: each is awaited before the next starts, and its errors are recorded. */
export type Statement =
  | StepStatement
  | { kind: 'wait'; seconds: number }
  | { kind: 'condition'; checks: number }
  | { kind: 'callback' | 'invoke' | 'approval'; fails: boolean }
  /** A callback whose id a step passes on before the result is awaited. */
  | { kind: 'announced' }
  | { kind: 'child'; body: Chain; fails: boolean; isVirtual: boolean; isLarge: boolean }
  | BatchStatement
  | JoinStatement
  | TwiceStatement
  | RetryStatement
  | SagaStatement
  /** Races a request to stop. */
  | { kind: 'stoppable'; body: Chain }
  /** Plain code that gives way so often, as any chain of promises does. */
  | { kind: 'hop'; times: number }
  /** Records what the code of this context has seen so far. */
  | { kind: 'note' }
  /** Configures another serdes for what this context calls next. */
  | { kind: 'serdes' }
  /** Begins something that is awaited only at the end of its chain. */
  | { kind: 'begin'; what: Statement };

export interface StepStatement {
  kind: 'step';
  /** Turns of the event loop that the body takes. */
  turns: number;
  failures: number;
  givesUp: boolean;
  isAtMostOnce: boolean;
  /** Event-loop turns that its serdes takes; 0 without its own serdes. */
  serdesTurns: number;
}

/** Runs a chain again until it has failed so often. */
export interface RetryStatement {
  kind: 'retry';
  body: Chain;
  failures: number;
  /** Whether all attempts are in one child context. */
  isWrapped: boolean;
}

/** A step with an undo, and then a chain. */
export interface SagaStatement {
  kind: 'saga';
  body: Chain;
  isStoppable: boolean;
}

export interface BatchStatement {
  kind: 'batch';
  /** Whether it is one of branches, and not of items. */
  isParallel: boolean;
  items: Chain[];
  maxConcurrency: number;
  nesting: NestingType;
  minSuccessful: number | undefined;
  /** Whether an item that fails ends it. */
  isStrict: boolean;
  /** Whether its own decision throws once an item has ended. */
  isUndecided: boolean;
}

/** Async functions that run side by side in one context. */
export interface JoinStatement {
  kind: 'join';
  how: 'all' | 'allSettled' | 'race' | 'any';
  /** Whether the combinator is the context's own, whose outcome is recorded. */
  isDurable: boolean;
  chains: Chain[];
}

/** Operations that a combinator of the context awaits, and then the code once more. */
export interface TwiceStatement {
  kind: 'twice';
  how: JoinStatement['how'];
  operations: Statement[];
}

export interface Chain {
  statements: Statement[];
  /** Whether it throws at its end. */
  fails: boolean;
}

export interface ProgramOptions {
  /** What comes first decides what the program does: only one invocation after the other can tell what is right. */
  withRaces: boolean;
  /** An at-most-once attempt is lost with the invocation, so the result of such a step depends on the world. */
  withAtMostOnce?: boolean;
  /** Async functions side by side in one context, whose calls the official SDK numbers as they happen to come. */
  withJoins?: boolean;
  /** What the official SDK does not have. */
  withOwn?: boolean;
}

const oneIn = (count: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: count - 1, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

/** What a program has only where it is asked for. */
const onlyIf = (isWanted: boolean, arbitrary: fc.Arbitrary<boolean>) => (isWanted ? arbitrary : fc.constant(false));

type Nodes = Record<'statement' | 'step' | 'operation' | 'leaf' | 'group', Statement> & { chain: Chain };

/** The parts of programs, which contain one another. */
type Tie = fc.LetrecTypedTie<Nodes>;

/** Programs whose branches are concurrent async functions, a few levels deep. */
export function programsOf(options: ProgramOptions): fc.Arbitrary<Chain> {
  return fc.letrec<Nodes>((tie) => ({
    step: stepsOf(options),
    operation: operationsOf(tie, options),
    leaf: leavesOf(tie, options),
    group: groupsOf(tie, options),
    statement: fc.oneof({ maxDepth: 3, depthSize: 'small' }, tie('leaf'), tie('group')),
    chain: fc.record({
      statements: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }),
      fails: oneIn(8),
    }),
  })).chain;
}

function stepsOf({ withAtMostOnce = true }: ProgramOptions) {
  return fc.record({
    kind: fc.constant('step' as const),
    turns: fc.nat({ max: 5 }),
    failures: oneIn(5).chain((fails) => (fails ? fc.integer({ min: 1, max: 2 }) : fc.constant(0))),
    givesUp: fc.boolean(),
    isAtMostOnce: onlyIf(withAtMostOnce, oneIn(4)),
    serdesTurns: oneIn(6).chain((isSlow) => (isSlow ? fc.integer({ min: 1, max: 4 }) : fc.constant(0))),
  });
}

function operationsOf(tie: Tie, { withJoins = true }: ProgramOptions) {
  const wait = fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 9 }) });
  const condition = fc.record({ kind: fc.constant('condition' as const), checks: fc.integer({ min: 1, max: 3 }) });
  const answered = fc.record({
    kind: fc.constantFrom('callback' as const, 'invoke' as const, 'approval' as const),
    fails: oneIn(4),
  });
  const announced = fc.constant({ kind: 'announced' as const });
  return fc.oneof(
    weighted(5, tie('step')),
    weighted(1, wait),
    weighted(1, condition),
    weighted(1, answered),
    weighted(withJoins ? 1 : 0, announced),
  );
}

function leavesOf(tie: Tie, { withRaces, withOwn = true }: ProgramOptions) {
  const hop = fc.record({ kind: fc.constant('hop' as const), times: fc.integer({ min: 1, max: 12 }) });
  return fc.oneof(
    weighted(10, tie('operation')),
    weighted(2, hop),
    weighted(withOwn ? 1 : 0, fc.constant({ kind: 'serdes' as const })),
    // What has been seen by then depends on what is first.
    weighted(withRaces ? 2 : 0, fc.constant({ kind: 'note' as const })),
  );
}

function groupsOf(tie: Tie, options: ProgramOptions) {
  const { withRaces, withJoins = true, withOwn = true } = options;
  const child = fc.record({
    kind: fc.constant('child' as const),
    body: tie('chain'),
    fails: oneIn(6),
    isVirtual: oneIn(6),
    isLarge: oneIn(8),
  });
  const begin = fc.record({ kind: fc.constant('begin' as const), what: tie('operation') });
  const retry = fc.record({
    kind: fc.constant('retry' as const),
    body: tie('chain'),
    failures: fc.nat({ max: 2 }),
    isWrapped: fc.boolean(),
  });
  const saga = fc.record({
    kind: fc.constant('saga' as const),
    body: tie('chain'),
    isStoppable: onlyIf(withRaces, fc.boolean()),
  });
  const twice = fc.record({
    kind: fc.constant('twice' as const),
    how: fc.constantFrom('all' as const, 'allSettled' as const, 'race' as const, 'any' as const),
    operations: fc.array(tie('operation'), { minLength: 1, maxLength: 3 }),
  });
  const stoppable = fc.record({ kind: fc.constant('stoppable' as const), body: tie('chain') });
  return fc.oneof(
    weighted(3, child),
    weighted(1, batchesOf(tie, options)),
    weighted(withJoins ? 4 : 0, joinsOf(tie, options)),
    weighted(1, begin),
    weighted(withJoins && withRaces ? 2 : 0, twice),
    weighted(1, retry),
    weighted(withOwn ? 1 : 0, saga),
    weighted(withOwn && withRaces ? 1 : 0, stoppable),
  );
}

function batchesOf(tie: Tie, { withRaces }: ProgramOptions) {
  const mayEndEarly = fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined, freq: 3 });
  return fc.record({
    kind: fc.constant('batch' as const),
    isParallel: fc.boolean(),
    items: fc.array(tie('chain'), { maxLength: 4 }),
    maxConcurrency: fc.integer({ min: 1, max: 3 }),
    nesting: oneIn(4).map((isFlat) => (isFlat ? NestingType.FLAT : NestingType.NESTED)),
    minSuccessful: withRaces ? mayEndEarly : fc.constant(undefined),
    isStrict: onlyIf(withRaces, oneIn(4)),
    isUndecided: onlyIf(withRaces, oneIn(6)),
  });
}

function joinsOf(tie: Tie, { withRaces }: ProgramOptions) {
  return fc.record({
    kind: fc.constant('join' as const),
    how: withRaces ? fc.constantFrom('all', 'allSettled', 'race', 'any') : fc.constant('allSettled' as const),
    isDurable: oneIn(3),
    chains: fc.array(tie('chain'), { minLength: 1, maxLength: 3 }),
  });
}
