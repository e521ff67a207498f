import { KnownErrors } from '../../rules/error-knowledge.js';
import type { ErrorRule } from '../../rules/error-rule.js';
import { createRetryStrategy } from '../base/retry/retry-strategy.js';
import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { StepError } from '../base/errors/operation-errors.js';
import type { StepConfig } from './step-config.js';

const withCode = (code: string) => Object.assign(new Error('no'), { code });
const refused = withCode('ECONNREFUSED');
const reset = withCode('ECONNRESET');
const invalid = Object.assign(new Error('bad'), { status: 422 });

/** Attempts that a step makes which always fails, and what its invocation ends with. */
async function attemptsOf(thrown: unknown, config: StepConfig<never> = {}, rules?: ErrorRule[]) {
  let attempts = 0;
  const known = new KnownErrors(rules);
  const stage = new Stage(
    async (context) => {
      const fail = () => ((attempts += 1), Promise.reject(thrown));
      return context.step('it', fail, config).catch((error: unknown) => (error as Error).name);
    },
    { config: { errors: () => known } },
  );
  const output = await stage.run().catch((error: unknown) => ({ Status: 'thrown', error }));
  const delays = stage.service.updates.flatMap(({ StepOptions }) => StepOptions?.NextAttemptDelaySeconds ?? []);
  return { attempts, output, delays };
}

afterEach(() => turns(3));

describe('A step whose errors are judged by rules', () => {
  it.each<[string, unknown, StepConfig<never>, number]>([
    ['tries a transient failure as often as its strategy allows', refused, {}, 6],
    ['tries a permanent one once', invalid, {}, 1],
    ['tries an ambiguous one once', reset, {}, 1],
    ['tries an ambiguous one again where it is idempotent', reset, { idempotent: true }, 6],
    ['tries what rarely passes a few times', withCode('ENOTFOUND'), {}, 3],
    ['tries what nobody knows as often as its strategy allows', new Error('what?'), {}, 6],
    ['leaves a bug to its strategy', new TypeError('x is undefined'), {}, 6],
    [
      'asks a strategy that only counts how often',
      refused,
      { retryStrategy: createRetryStrategy({ maxAttempts: 2 }) },
      2,
    ],
    [
      'asks no built-in rule where its strategy looks at errors itself',
      invalid,
      { retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < 4 }) },
      4,
    ],
    [
      'asks rules of its own even then',
      invalid,
      { errors: [{ status: 422, decide: 'fail-step' }], retryStrategy: () => ({ shouldRetry: true }) },
      1,
    ],
    ['asks its own rules before the built-in ones', invalid, { errors: [{ status: 422, decide: 'retry-step' }] }, 6],
  ])('%s', async (_, thrown, config, expected) => {
    await expect(attemptsOf(thrown, config)).resolves.toMatchObject({ attempts: expected });
  });

  it('fails with the error of its attempt, which says what is wrong with its rules', async () => {
    const messages: string[] = [];
    const known = new KnownErrors();
    const stage = new Stage(
      async (context) => {
        const charged = context.step('charge', () => Promise.reject(invalid), { errors: [{ decide: 'fail-step' }] });
        await charged.catch((error: unknown) => messages.push((error as StepError).message));
        await context.wait('cool down', { seconds: 1 });
      },
      { config: { errors: () => known } },
    );
    await stage.result();
    const said = expect.stringMatching(
      /^bad\. Then the errors of Step "charge" failed with TypeError: errors\[0\] matches nothing\./,
    );
    expect(messages).toEqual([said, said]);
  });

  it('surfaces an unknown outcome', async () => {
    const { output } = await attemptsOf(reset);
    expect(output).toEqual({ Status: 'SUCCEEDED', Result: '"UnknownOutcomeError"' });
  });

  it('waits as long as the other side asks', async () => {
    const busy = Object.assign(new Error('busy'), { status: 429, headers: { 'retry-after': '120' } });
    const { delays } = await attemptsOf(busy, { retryStrategy: createRetryStrategy({ maxAttempts: 2 }) });
    expect(delays).toEqual([120]);
  });

  it('waits until the moment that the other side names', async () => {
    const inTwoMinutes = new Date(Date.now() + 120_000).toUTCString();
    const busy = Object.assign(new Error('busy'), { status: 429, headers: { 'retry-after': inTwoMinutes } });
    const { delays } = await attemptsOf(busy, { retryStrategy: createRetryStrategy({ maxAttempts: 2 }) });
    expect(delays).toEqual([expect.closeTo(119, -1)]);
  });

  it('fails the execution past every catch where a rule says so', async () => {
    const rules: ErrorRule[] = [{ id: 'closed', code: 'ECONNREFUSED', decide: 'fail-execution' }];
    const { attempts, output } = await attemptsOf(refused, {}, rules);
    expect(attempts).toBe(1);
    expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'ExecutionError' } });
    expect(JSON.stringify(output)).toMatch(/[^.]\. The rule closed has decided that\./);
  });

  it('has the invocation retried where a rule says so', async () => {
    const { output } = await attemptsOf(refused, {}, [{ code: 'ECONNREFUSED', decide: 'retry-invocation' }]);
    expect(output).toMatchObject({ Status: 'thrown', error: { name: 'InvocationError' } });
  });
});
