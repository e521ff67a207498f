import { failOnUnhandledRejections } from '../../test/engine/support/unhandled-rejections.js';
import { chainOf } from './error-chain.js';
import type { ErrorRule } from './error-rule.js';
import { ErrorRules } from './error-rules.js';
import { explain } from './explain.js';
import { tellExplanation } from './tell-explanation.js';
import { fc } from '../../test/fixtures/seeded-fast-check.js';

class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
  readonly code = 'SOLD_OUT';
}

const stepError = (cause: unknown) => Object.assign(new Error('failed', { cause }), { errorType: 'StepError' });
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const ask = (error: unknown, ...rules: ErrorRule[]) => explain(error, { rules });

describe('ErrorRules', () => {
  failOnUnhandledRejections();

  it.each<[string, ErrorRule]>([
    ['class', { type: OutOfStock, decide: 'fail-step' }],
    ['one of several classes', { type: [RangeError, OutOfStock], decide: 'fail-step' }],
    ['name', { name: 'OutOfStock', decide: 'fail-step' }],
    ['pattern of the name', { name: /Stock$/, decide: 'fail-step' }],
    ['code', { code: ['OTHER', 'SOLD_OUT'], decide: 'fail-step' }],
    ['predicate', { when: (error) => error instanceof OutOfStock, decide: 'fail-step' }],
    ['several at once', { name: 'OutOfStock', code: /^SOLD/, decide: 'fail-step' }],
  ])('matches by %s', (_, rule) => {
    expect(ask(new OutOfStock('no'), rule)).toMatchObject({ decision: 'fail-step', verdict: 'permanent' });
    expect(ask(new Error('no'), rule).rule).toBe('unknown');
  });

  it.each<[ErrorRule['status'], boolean]>([
    [409, true],
    [[404, 409], true],
    ['4xx', true],
    ['5xx', false],
    [404, false],
  ])('matches the status %p of an answer of 409: %p', (status, matches) => {
    const { rule } = ask({ response: { status: 409 } }, { id: 'mine', status, decide: 'retry-step' });

    expect(rule === 'mine').toBe(matches);
  });

  it('wants everything that a rule names of one error', () => {
    const error = Object.assign(new Error('around', { cause: new OutOfStock('no') }), { code: 'OTHER' });

    expect(ask(error, { name: 'OutOfStock', code: 'OTHER', decide: 'fail-step' }).rule).toBe('unknown');
  });

  it('decides by the first rule that matches, and before the built-in table', () => {
    const rules: ErrorRule[] = [
      { id: 'first', code: 'ECONNREFUSED', decide: 'fail-execution' },
      { id: 'second', code: 'ECONNREFUSED', decide: 'retry-invocation' },
    ];

    expect(ask(refused, ...rules)).toMatchObject({ rule: 'first', decision: 'fail-execution' });
  });

  it('asks rules of a method before those of the module', () => {
    const ofModule = new ErrorRules([{ id: 'module', code: 'ECONNREFUSED', decide: 'fail-step' }]);
    const ofMethod = new ErrorRules([{ id: 'method', code: 'ECONNREFUSED', decide: 'retry-step' }], ofModule);
    const other = new ErrorRules([{ code: 'OTHER', decide: 'retry-step' }], ofModule);

    expect([ofMethod, other].map((rules) => rules.explain(refused).rule)).toEqual(['method', 'module']);
  });

  it('walks causes', () => {
    const error = new Error('a', { cause: new Error('b', { cause: new OutOfStock('no') }) });

    expect(ask(error, { type: OutOfStock, decide: 'fail-step' }).foundIn).toBe('error.cause.cause');
  });

  it.each(['fail-execution', 'retry-invocation'] as const)('sees through a step that failed, to %s', (decide) => {
    expect(ask(stepError(new OutOfStock('no')), { type: OutOfStock, decide }).decision).toBe(decide);
  });

  it.each(['retry-step', 'retry-if-idempotent'] as const)('does not %s again what a step has given up', (decide) => {
    const error = new Error('around', { cause: stepError(new OutOfStock('no')) });

    expect(ask(error, { type: OutOfStock, decide })).toMatchObject({
      rule: 'durable-operation',
      decision: 'fail-step',
    });
  });

  it.each(['connect-refused', 'connect-*', '*'])('overrules the built-in rule %s', (rule) => {
    expect(ask(refused, { rule, decide: 'fail-step' }).decision).toBe('fail-step');
    expect(ask(refused, { rule, decide: 'ask-strategy' })).toMatchObject({ verdict: 'unknown', rule });
    expect(ask(refused, { rule, decide: 'ask-strategy' }).decision).toBeUndefined();
  });

  it('overrules a built-in rule for one kind of error alone', () => {
    const rule: ErrorRule = {
      rule: 'http-conflict',
      when: (error) => 'ours' in (error as object),
      decide: 'retry-step',
    };

    expect(ask({ status: 409, ours: 1 }, rule).decision).toBe('retry-step');
    expect(ask({ status: 409 }, rule).decision).toBe('fail-step');
  });

  it('passes on how long to wait and how often to try', () => {
    const rule: ErrorRule = { type: OutOfStock, decide: 'retry-step', retryAfterSeconds: 30, maxAttempts: 4 };

    expect(ask(new OutOfStock('no'), rule)).toMatchObject({ retryAfterSeconds: 30, maxAttempts: 4 });
  });

  it('takes a predicate that throws for one that does not match', () => {
    const when = () => {
      throw new Error('oops');
    };
    expect(ask(refused, { when, decide: 'fail-step' }).rule).toBe('connect-refused');
  });

  it('takes a predicate that returns a promise for one that does not match, also if that rejects', () => {
    const when = () => Promise.reject(new Error('later')) as never;
    expect(ask(refused, { when, decide: 'fail-step' }).rule).toBe('connect-refused');
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing to look for', { decide: 'fail-step' }, /errors\[0\] matches nothing/],
    [
      'an unknown decision',
      { id: 'x', name: 'A', decide: 'retry' },
      /errors\[0\] "x" decides "retry"\. Give one of retry-step/,
    ],
    ['no object', 'ECONNRESET', /errors\[0\] is not a rule/],
    ['a type that is no class', { type: 'OutOfStock', decide: 'fail-step' }, /`type` that is not a class/],
    ['a predicate that is none', { when: true, decide: 'fail-step' }, /`when` that is not a function/],
    ['a predicate that is async', { when: async () => true, decide: 'fail-step' }, /`when` that is async, so it never/],
    ['an impossible status', { status: 42, decide: 'fail-step' }, /status 42/],
    [
      'an unknown built-in rule',
      { rule: 'axios', decide: 'ask-strategy' },
      /built-in rule "axios", which does not exist/,
    ],
    ['no number of attempts', { name: 'A', decide: 'retry-step', maxAttempts: 0 }, /maxAttempts 0/],
    ['no time to wait', { name: 'A', decide: 'retry-step', retryAfterSeconds: NaN }, /retryAfterSeconds NaN/],
  ])('refuses a rule with %s', (_, rule, message) => {
    expect(() => new ErrorRules([rule as ErrorRule])).toThrow(message);
  });
});

describe('explain', () => {
  it('says that it does not know', () => {
    expect(explain(new Error('what?'))).toEqual({
      rule: 'unknown',
      verdict: 'unknown',
      when: 'No rule knows it',
      foundIn: 'error',
    });
  });

  it('retries a request whose outcome is unknown where its method may be repeated', () => {
    const reset = (method: string) => ({ isAxiosError: true, code: 'ECONNRESET', config: { method } });

    expect(explain(reset('get'))).toMatchObject({ rule: 'node-unanswered', decision: 'retry-step' });
    expect(explain(reset('post'))).toMatchObject({ rule: 'node-unanswered', decision: 'retry-if-idempotent' });
  });

  it('tells it in one line', () => {
    const line = tellExplanation(explain({ status: 429, headers: { 'retry-after': '7' } }));

    expect(line).toBe(
      'transient by rule http-try-later (HTTP 423, 425, 429, 503, 529; Retry-After is obeyed), found in error: retry-step, not before 7 s',
    );
  });

  it('answers for whatever is thrown', () => {
    const key = fc.constantFrom(
      'name',
      'message',
      'code',
      'status',
      'cause',
      'errors',
      'response',
      'headers',
      'errno',
      'kind',
    );
    const thrown = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, fc.anything({ withNullPrototype: true }), tie('record')),
      record: fc.dictionary(key, tie('any'), { maxKeys: 6 }),
    })).any;

    fc.assert(
      fc.property(thrown, (value) => {
        const { rule, foundIn } = explain(value);
        return rule === 'unknown' || chainOf(value).some(({ path }) => path === foundIn);
      }),
      { numRuns: 2000 },
    );
  });
});
