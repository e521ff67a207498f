import { startOf, startOfText, storedStart } from './named-start.js';

describe('The start of an execution by name', () => {
  it.each([{ id: 7 }, 'text', null, 0, [1], undefined])('carries an input of any kind: %j', (input) => {
    expect(startOf(JSON.parse(JSON.stringify(storedStart('ship', input))))).toEqual({ handler: 'ship', input });
  });

  it('is told from whatever a user may write', () => {
    for (const bare of [
      { '@durable': 'ship', input: {}, more: 1 },
      { '@durable': 7, input: {} },
      Object.create({ '@durable': 'ship' }) as object,
      { input: {} },
      '@durable',
      null,
      undefined,
    ]) {
      expect(startOf(bare)).toEqual({ input: bare });
    }
  });

  it('carries an input that looks like one as the input', () => {
    const input = storedStart('refund', {});
    expect(startOf(storedStart('ship', input))).toEqual({ handler: 'ship', input });
  });

  it('is read from its text', () => {
    const text = JSON.stringify(storedStart('ship', { id: 7 }));
    expect(startOfText(text)).toEqual({ handler: 'ship', input: '{"id":7}' });
    expect(startOfText(JSON.stringify(storedStart('ship', undefined)))).toEqual({ handler: 'ship', input: undefined });
    for (const bare of ['{"id":7}', '{"@durable":', '{"@durable":7}', undefined]) {
      expect(startOfText(bare)).toEqual({ input: bare });
    }
  });

  it('has the same text for the same start', () => {
    expect(JSON.stringify(storedStart('ship', { id: 7 }))).toBe('{"@durable":"ship","input":{"id":7}}');
  });
});
