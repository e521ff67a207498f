import { turns } from '../../../test/engine/support/turns.js';
import { unreadable } from '../../../test/engine/support/unreadable.js';
import { UnrecoverableError } from '../base/errors/unrecoverable-error.js';
import { readCompletionDecision, readRetryDecision, readSummary, readWaitDecision } from './user-answers.js';

const reject = () => Promise.reject(new Error('nobody handles me'));
/** Rejects when it is read: until then nobody could handle it. */
const never = Object.defineProperties(
  {},
  { shouldRetry: { get: reject }, shouldContinue: { get: reject }, complete: { get: reject } },
);

const READERS = { retry: readRetryDecision, wait: readWaitDecision, completion: readCompletionDecision };

/** Results that no deciding function may return. */
const NO_DECISION: Array<[string, unknown]> = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 3],
  ['NaN', NaN],
  ['a boolean', true],
  ['a text', 'yes'],
  ['a function', () => true],
  ['an empty object', {}],
  ['other members', { retry: true }],
  ['a list', [true]],
  ['a promise', Promise.resolve({ shouldRetry: false, shouldContinue: false, complete: true })],
  ['a promise that rejects', Promise.reject(new Error('nobody handles me'))],
  ['what is like a promise', { then: () => undefined }],
  ['a verdict that comes later', { shouldRetry: later(), shouldContinue: later(), complete: later() }],
  ['a verdict that never comes', never],
  ['what cannot be read', unreadable()],
];

function later(): Promise<boolean> {
  return Promise.resolve(false);
}

/** A rejection that nobody handles would fail a test, and end the process of a function. */
afterEach(() => turns(1));

function failureOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

describe.each(Object.entries(READERS))('The answer to a %s question', (_, read) => {
  it.each(NO_DECISION)('is none where it is %s, and does not end the execution for that', (_what, answer) => {
    const failure = failureOf(() => read(answer));

    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(UnrecoverableError);
  });

  it('is shown, with the right one', () => {
    expect(failureOf(() => read(3))).toMatchObject({
      name: 'ConfigValidationError',
      message: expect.stringMatching(/^it returned 3\. Return /),
    });
  });
});

describe('readRetryDecision', () => {
  it.each<[unknown, number | undefined]>([
    [{ shouldRetry: false }, undefined],
    [{ shouldRetry: false, delay: 60 }, undefined],
    [{ shouldRetry: undefined }, undefined],
    [{ shouldRetry: true }, 1],
    [{ shouldRetry: 503 }, 1],
    [{ shouldRetry: true, delay: undefined }, 1],
    [{ shouldRetry: true, delay: { seconds: 0 } }, 1],
    [{ shouldRetry: true, delay: { days: 4000 } }, 31_622_400],
    [{ shouldRetry: true, delay: { minutes: 1.5 } }, 90],
  ])('reads %j as %p', (answer, seconds) => {
    expect(readRetryDecision(answer)).toBe(seconds);
  });

  it.each([60, null, '5', {}, { seconds: NaN }, { second: 5 }])('refuses %p as a delay', (delay) => {
    expect(() => readRetryDecision({ shouldRetry: true, delay })).toThrow(/^its delay is /);
  });
});

describe('readWaitDecision', () => {
  it.each<[unknown, number | undefined]>([
    [{ shouldContinue: false }, undefined],
    [{ shouldContinue: true, delay: { seconds: 5 } }, 5],
  ])('reads %j as %p', (answer, seconds) => {
    expect(readWaitDecision(answer)).toBe(seconds);
  });

  it.each([undefined, 60, null, { seconds: -1 }])('refuses %p as a delay', (delay) => {
    expect(() => readWaitDecision({ shouldContinue: true, delay })).toThrow(/^its delay is /);
  });
});

describe('readCompletionDecision', () => {
  it.each([
    [{ complete: false, outcome: 'never mind' }, { complete: false }],
    [{ complete: true }, { complete: true, outcome: undefined }],
    [
      { complete: true, outcome: 'FAILED' },
      { complete: true, outcome: 'FAILED' },
    ],
  ])('reads %j', (answer, decision) => {
    expect(readCompletionDecision(answer)).toEqual(decision);
  });

  it('refuses an outcome that is none', () => {
    expect(() => readCompletionDecision({ complete: true, outcome: 'failed' })).toThrow(
      "it returned the outcome 'failed'",
    );
  });
});

describe('readSummary', () => {
  it.each<[unknown, string]>([
    ['12 orders', '12 orders'],
    [undefined, ''],
    [null, ''],
    [12, '12'],
    [10n, '10'],
    [false, 'false'],
  ])('takes %p as %p', (answer, summary) => {
    expect(readSummary(answer)).toBe(summary);
  });

  it.each([[{ orders: 12 }], [Promise.resolve('12 orders')], [() => '12 orders'], [unreadable()]])(
    'refuses what no text can be made of without loss',
    (answer) => {
      expect(() => readSummary(answer)).toThrow(/text|revoked/);
    },
  );
});
