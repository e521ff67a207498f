import type { DurableContext } from '../../../lib/engine/context/durable-context.js';
import { withRetry } from '../../../lib/engine/base/retry/with-retry.js';
import {
  type CompletionDecision,
  type CompletionStatus,
  continueBatch,
} from '../../../lib/engine/operations/batch-config.js';
import { StepSemantics } from '../../../lib/engine/operations/step-config.js';
import type { AnySerdes, Serdes } from '../../../lib/engine/base/serdes/serdes.js';
import { OPERATION_PAYLOAD_BYTES } from '../../../lib/wire/limits.js';
import type {
  BatchStatement,
  Chain,
  JoinStatement,
  RetryStatement,
  SagaStatement,
  Statement,
  StepStatement,
  TwiceStatement,
} from './program.js';
import { turns } from './turns.js';

/** What one invocation of a program does, as its code sees it. */
export interface Observer {
  /** The body of a context starts. */
  onBody(context: string): void;
  /** The body of a step starts. */
  onAttempt(step: string, attempt: number): void;
  /** An operation has ended for the code of a context that awaits it, or a join has. */
  onSeen(context: string, what: string): void;
  /** Whether the execution takes the new path of a patch. */
  onPatch(path: string, isPatched: boolean): void;
  /** What a note has recorded, where it was seen later, and what the code had seen when it was made this time. */
  onNote(path: string, recorded: string, seen: string): void;
}

interface Place {
  /** Where in the program this is: the name of the operation there. */
  path: string;
  /** Of the nearest body. */
  body: string;
  /** What the code of that body has seen. */
  seen: string[];
  /** Whether something has begun in that body that is not awaited yet. */
  hasBegun?: boolean;
}

const NO_RETRY = { retryStrategy: () => ({ shouldRetry: false }) };

/** Runs a program on the API that our engine and the official SDK have in common. */
export class ProgramRun {
  readonly #observer: Observer;
  readonly #withRetry: typeof withRetry;
  /** Whether the code is that of a later deployment, which has added a patch before each statement. */
  isPatched = false;

  /** @param ownRetry - that of the SDK that runs the program */
  constructor(observer: Observer, ownRetry = withRetry) {
    this.#observer = observer;
    this.#withRetry = ownRetry;
  }

  run(context: DurableContext, program: Chain): Promise<unknown> {
    return this.#body(context, program, 'p');
  }

  async #body(context: DurableContext, chain: Chain, path: string): Promise<unknown> {
    this.#observer.onBody(path);
    return this.#chain(context, chain, { path, body: path, seen: [] });
  }

  async #chain(context: DurableContext, { statements, fails }: Chain, place: Place): Promise<unknown> {
    const begun: Array<Promise<string>> = [];
    const results: unknown[] = [];
    for (const [at, statement] of statements.entries()) {
      const inner = { ...place, path: `${place.path}.${at}`, hasBegun: place.hasBegun || begun.length > 0 };
      if (this.isPatched && !inner.hasBegun) await this.#patch(context, `${inner.path}+`);
      if (statement.kind === 'begin') begun.push(this.#seen(inner, this.#statement(context, statement.what, inner)));
      else if (statement.kind === 'hop') await hop(statement.times);
      else if (statement.kind === 'serdes') context.configureSerdes({ defaultSerdes: serdesOf(inner.path) });
      else results.push(await this.#seen(inner, this.#statement(context, statement, inner)));
    }
    results.push(...(await Promise.all(begun)));
    if (fails) throw new TypeError(`${place.path} fails`);
    return results;
  }

  async #patch(context: DurableContext, path: string): Promise<void> {
    const isPatched = context.patched(path);
    this.#observer.onPatch(path, isPatched);
    if (isPatched) await context.step(path, async () => 'new');
  }

  async #seen({ path, body, seen }: Place, operation: PromiseLike<unknown>): Promise<string> {
    const told = await Promise.resolve(operation).then(
      (value) => text(value),
      (error: Error) => `${error.name}: ${error.message}`,
    );
    seen.push(`${path} ${told}`);
    this.#observer.onSeen(body, `${path} ${told}`);
    return told;
  }

  #statement(context: DurableContext, statement: Statement, place: Place): PromiseLike<unknown> {
    const { path } = place;
    switch (statement.kind) {
      case 'step':
        return this.#step(context, statement, path);
      case 'wait':
        return context.wait(path, { seconds: statement.seconds });
      case 'condition':
        return context.waitForCondition(path, async (count: number) => count + 1, {
          initialState: 0,
          waitStrategy: (count) =>
            count < statement.checks ? { shouldContinue: true, delay: { seconds: 1 } } : { shouldContinue: false },
        });
      case 'callback':
        return context.createCallback(nameOf(path, statement.fails)).then(([result]) => result);
      case 'announced':
        return this.#announced(context, path);
      case 'approval':
        return context.waitForCallback(nameOf(path, statement.fails), async () => undefined, NO_RETRY);
      case 'invoke':
        return context.invoke(nameOf(path, statement.fails), 'other-function:1', { path });
      case 'child':
        return context.runInChildContext(
          path,
          async (child) => {
            const results = await this.#body(child, statement.body, path);
            if (statement.fails) throw new TypeError(`${path} fails`);
            return statement.isLarge ? { results, ballast: 'x'.repeat(OPERATION_PAYLOAD_BYTES) } : results;
          },
          { virtualContext: statement.isVirtual },
        );
      case 'batch':
        return this.#batch(context, statement, path);
      case 'join':
        return this.#join(context, statement, place);
      case 'twice':
        return this.#twice(context, statement, place);
      case 'retry':
        return this.#retry(context, statement, place);
      case 'saga':
        return this.#saga(context, statement, place);
      case 'stoppable':
        return Promise.race([
          context.stopRequested().then(() => 'asked to stop'),
          this.#chain(context, statement.body, { ...place, path: `${path}s` }),
        ]);
      case 'note':
        return this.#note(context, place);
      default:
        throw new Error(`${statement.kind} is no operation`);
    }
  }

  #step(context: DurableContext, statement: StepStatement, path: string) {
    const { turns: count, failures, givesUp, isAtMostOnce, serdesTurns } = statement;
    // One that is given up always fails: an attempt that a crash used up must not let a later one succeed.
    const alwaysFails = givesUp && failures > 0;
    return context.step(
      path,
      async ({ attempt }) => {
        this.#observer.onAttempt(path, attempt);
        await turns(count);
        if (attempt <= failures || alwaysFails) throw new RangeError(`${path} failed`);
        return 'ok';
      },
      {
        ...(serdesTurns > 0 && { serdes: slowSerdes(serdesTurns) }),
        semantics: isAtMostOnce ? StepSemantics.AtMostOncePerRetry : StepSemantics.AtLeastOncePerRetry,
        retryStrategy: (error) => ({
          shouldRetry: !givesUp || error.name === 'StepInterruptedError',
          delay: { seconds: 1 },
        }),
      },
    );
  }

  async #announced(context: DurableContext, path: string): Promise<string> {
    const [result, id] = await context.createCallback(path);
    await context.step(`${path}^`, async () => id);
    return result;
  }

  #retry(context: DurableContext, { body, failures, isWrapped }: RetryStatement, place: Place): PromiseLike<unknown> {
    const attempts = async (inner: DurableContext, attempt: number) => {
      const path = `${place.path}#${attempt}`;
      const results = await (isWrapped ? this.#body(inner, body, path) : this.#chain(inner, body, { ...place, path }));
      if (attempt <= failures) throw new RangeError(`${path} failed`);
      return results;
    };
    return this.#withRetry(context, place.path, attempts, {
      retryStrategy: (_error, attempt) => ({ shouldRetry: attempt <= failures, delay: { seconds: 1 } }),
      wrapWithRunInChildContext: isWrapped,
    });
  }

  #saga(context: DurableContext, { body, isStoppable }: SagaStatement, place: Place): Promise<unknown> {
    const { path } = place;
    return context.saga(
      async (saga) => {
        await saga.step(
          `${path}^`,
          async () => 'done',
          (result, { attempt }) => this.#observer.onAttempt(`undo ${path} of ${result}`, attempt),
        );
        return this.#chain(context, body, { ...place, path: `${path}s` });
      },
      { stoppable: isStoppable },
    );
  }

  async #note(context: DurableContext, { path, seen }: Place): Promise<string> {
    const now = seen.join('; ');
    const recorded = await context.step(path, async () => now);
    this.#observer.onNote(path, recorded, now);
    return recorded.length.toString();
  }

  async #twice(context: DurableContext, { how, operations }: TwiceStatement, place: Place): Promise<unknown> {
    const begun = operations.map((one, at) =>
      this.#statement(context, one, { ...place, path: `${place.path}_${at}` }),
    ) as Array<Promise<unknown>>;
    const combine = context.promise[how] as (name: string, given: typeof begun) => PromiseLike<unknown>;
    const told = (promise: PromiseLike<unknown>) => promise.then(text, (error: Error) => error.name);
    const combined = await told(combine.call(context.promise, `${place.path}!`, begun));
    return [combined, await told(Promise.race(begun))];
  }

  async #batch(context: DurableContext, statement: BatchStatement, path: string): Promise<unknown> {
    const { items, nesting, maxConcurrency, minSuccessful, isStrict } = statement;
    const thresholds = isStrict ? {} : { minSuccessful, toleratedFailurePercentage: 100 };
    const completionConfig = statement.isUndecided ? { shouldComplete: undecided } : thresholds;
    const config = { nesting, maxConcurrency, completionConfig };
    const run = (child: DurableContext, item: Chain, index: number) => this.#body(child, item, `${path}[${index}]`);
    const branches = items.map((item, index) => (child: DurableContext) => run(child, item, index));
    const batch = await (statement.isParallel
      ? context.parallel(path, branches, config)
      : context.map(path, items, run, config));
    return [batch.completionReason, batch.all.map(({ index, status, result }) => [index, status, text(result)])];
  }

  async #join(context: DurableContext, { how, isDurable, chains }: JoinStatement, place: Place): Promise<unknown> {
    const running = chains.map((chain, at) => {
      const path = `${place.path}~${at}`;
      return this.#chain(context, chain, { ...place, path }).then((value) => [path, text(value)]);
    });
    // The losers of a race continue, and their errors are ignored.
    for (const chain of running) chain.catch(() => undefined);
    if (!isDurable) {
      const settled = await (Promise[how] as (given: typeof running) => Promise<unknown>)(running);
      return how === 'allSettled' ? settledText(settled) : settled;
    }
    const combine = context.promise[how] as (name: string, given: typeof running) => PromiseLike<unknown>;
    const settled = await combine.call(context.promise, `${place.path}!`, running);
    return how === 'allSettled' ? settledText(settled) : settled;
  }
}

function undecided({ completedCount, items }: CompletionStatus): CompletionDecision {
  if (completedCount > 0) throw new RangeError(items.map(({ status }) => status).join());
  return continueBatch();
}

/** What a test that completes operations from outside does with one of this name. */
export const FAILING = ' fails';

function nameOf(path: string, fails: boolean): string {
  return fails ? `${path}${FAILING}` : path;
}

/** What a serdes of files or keys does: it takes its time, both ways. */
function slowSerdes(count: number): Serdes<string> {
  return {
    serialize: async (value) => (await turns(count), value),
    deserialize: async (text) => (await turns(count), text),
  };
}

/** Reads what it has written and what comes from outside, but nothing that another has written. */
function serdesOf(path: string): AnySerdes {
  const mark = `${path}|`;
  return {
    serialize: async (value) => (value === undefined ? undefined : mark + JSON.stringify(value)),
    deserialize: async (text) => {
      if (text === undefined) return undefined;
      const isOwn = text.startsWith(mark);
      if (!isOwn && !text.startsWith('"')) throw new Error(`another has written ${text.slice(0, 40)}`);
      return JSON.parse(isOwn ? text.slice(mark.length) : text) as unknown;
    },
  };
}

async function hop(times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) await Promise.resolve();
}

function settledText(settled: unknown): unknown {
  return (settled as Array<PromiseSettledResult<unknown>>).map((end) =>
    end.status === 'fulfilled' ? end.value : `${end.status}: ${(end.reason as Error).name}`,
  );
}

/** Short enough to be noted in every step. */
function text(value: unknown): string {
  if (value === undefined) return 'done';
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return written.length <= 60 ? written : `${written.slice(0, 30)}…${hash(written)}`;
}

function hash(written: string): number {
  let sum = 0;
  for (let at = 0; at < written.length; at += 1) sum = (Math.imul(sum, 31) + written.charCodeAt(at)) | 0;
  return sum >>> 0;
}
