import { Bindings } from './bindings.js';
import { findResultDifference } from './match-result.js';

const bindings = () => new Bindings([['INPUT', 'abc']]);

describe('findResultDifference', () => {
  it('compares the status always', () => {
    const difference = findResultDifference({ ExecutionStatus: 'SUCCEEDED' }, { Status: 'FAILED' }, bindings());
    expect(difference).toMatchObject({ path: 'ExecutionStatus', expected: 'SUCCEEDED', actual: 'FAILED' });
  });

  it('decodes the result once', () => {
    const expected = { ExecutionStatus: 'SUCCEEDED', Result: 'Hello, ${INPUT}!' };
    const ended = (result: string) => ({ Status: 'SUCCEEDED', Result: result });
    expect(findResultDifference(expected, ended('"Hello, abc!"'), bindings())).toBeUndefined();
    expect(findResultDifference(expected, ended('"\\"Hello, abc!\\""'), bindings())).toMatchObject({ path: 'Result' });
  });

  it('takes text that is no JSON for itself', () => {
    const expected = { ExecutionStatus: 'SUCCEEDED', Result: 'plain text' };
    expect(findResultDifference(expected, { Status: 'SUCCEEDED', Result: 'plain text' }, bindings())).toBeUndefined();
  });

  it('takes a missing result for null', () => {
    const expected = { ExecutionStatus: 'SUCCEEDED', Result: null };
    expect(findResultDifference(expected, { Status: 'SUCCEEDED' }, bindings())).toBeUndefined();
  });

  it('does not look at the result when none is expected, or when the execution failed', () => {
    expect(
      findResultDifference({ ExecutionStatus: 'SUCCEEDED' }, { Status: 'SUCCEEDED', Result: '1' }, bindings()),
    ).toBeUndefined();
    const failed = { ExecutionStatus: 'FAILED', Result: 1 };
    expect(findResultDifference(failed, { Status: 'FAILED' }, bindings())).toBeUndefined();
  });
});
