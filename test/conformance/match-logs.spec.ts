import { Bindings } from './bindings.js';
import { type ExpectedLog, findLogDifference, readLogRecords } from './match-logs.js';

const stream = [
  { hook: 'start', n: 1, first: true },
  { message: 'greeting abc', level: 'INFO' },
  { hook: 'end', n: 1 },
  { hook: 'start', n: 2, first: false },
  { hook: 'end', n: 2 },
];

const difference = (log: ExpectedLog, records: Record<string, unknown>[] = stream) =>
  findLogDifference([log], records, new Bindings([['INPUT', 'abc']]));

describe('readLogRecords', () => {
  it('reads the lines that are JSON objects, in order', () => {
    const output = 'START RequestId\n{"a":1}\n[1]\n"text"\n\n{"a":2}\nREPORT';
    expect(readLogRecords(output)).toEqual([{ a: 1 }, { a: 2 }]);
  });
});

describe('findLogDifference', () => {
  it('demands at least one record unless it is told how many', () => {
    expect(difference({ match: { hook: 'start' } })).toBeUndefined();
    expect(difference({ match: { hook: 'other' } })).toContain('expected at least 1 records, found 0');
  });

  it('counts over the whole stream', () => {
    expect(difference({ match: { hook: 'start' }, count: 2 })).toBeUndefined();
    expect(difference({ match: { hook: 'start' }, count: 1 })).toContain('expected 1 records, found 2');
    expect(difference({ match: { hook: 'start' }, count: 0 })).toContain('expected 0 records, found 2');
    expect(difference({ match: { hook: 'other' }, count: 0 })).toBeUndefined();
  });

  it('takes a minimum', () => {
    expect(difference({ match: { hook: 'start' }, min_count: 2 })).toBeUndefined();
    expect(difference({ match: { hook: 'start' }, min_count: 3 })).toContain('at least 3');
  });

  it('demands every field, exact or by a pattern on the value as text', () => {
    expect(difference({ match: { hook: 'start', first: true }, count: 1 })).toBeUndefined();
    expect(difference({ match: { hook: 'start', first: 'true' }, count: 0 })).toBeUndefined();
    expect(difference({ match: { hook: 'start', n: '/^\\d+$/' }, count: 2 })).toBeUndefined();
    expect(difference({ match: { hook: 'end', first: '/.*/' }, count: 0 })).toBeUndefined();
  });

  it('puts variables into values and patterns', () => {
    expect(difference({ match: { message: '/^greeting ${INPUT}$/' }, count: 1 })).toBeUndefined();
    expect(difference({ match: { message: 'greeting ${INPUT}' }, count: 1 })).toBeUndefined();
  });

  it('compares with every record that matches the anchor', () => {
    expect(difference({ match: { hook: 'end', n: 2 }, after: [{ hook: 'start' }] })).toBeUndefined();
    expect(difference({ match: { hook: 'end', n: 1 }, after: [{ hook: 'start' }] })).toContain('does not come after');
    expect(difference({ match: { hook: 'start', n: 1 }, before: [{ hook: 'end' }] })).toBeUndefined();
    expect(difference({ match: { hook: 'start' }, before: [{ hook: 'end' }] })).toContain('does not come before');
  });

  it('fails when nothing matches an anchor', () => {
    expect(difference({ match: { hook: 'end' }, after: [{ hook: 'other' }] })).toContain('nothing matches its anchor');
  });
});
