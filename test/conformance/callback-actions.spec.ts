import { Bindings } from './bindings.js';
import { type CallbackAction, CallbackActions, callbackResultText } from './callback-actions.js';

const actions = (...list: CallbackAction[]) => new CallbackActions(list, new Bindings([['NAME', 'cb-abc']]));

describe('CallbackActions', () => {
  it('hands out the first unused action whose name fits', () => {
    const given = actions(
      { CallbackName: 'other', Operation: 'success', Payload: 1 },
      { CallbackName: '${NAME}', Operation: 'success', Payload: 2 },
      { CallbackName: '*', Operation: 'success', Payload: 3 },
    );
    expect(given.take('cb-abc')).toMatchObject([{ Payload: 2 }]);
    expect(given.take('cb-abc')).toMatchObject([{ Payload: 3 }]);
    expect(given.take('cb-abc')).toEqual([]);
  });

  it('fits a pattern, and a callback without a name to any', () => {
    expect(actions({ CallbackName: '${/^cb-/}', Operation: 'failure' }).take('cb-abc')).toHaveLength(1);
    expect(actions({ CallbackName: '*', Operation: 'failure' }).take(undefined)).toHaveLength(1);
    expect(actions({ CallbackName: 'x', Operation: 'failure' }).take(undefined)).toHaveLength(0);
  });

  it('goes on after heartbeats, which leave the callback open', () => {
    const given = actions(
      { CallbackName: '*', Operation: 'heartbeat' },
      { CallbackName: '*', Operation: 'success', Delay: 1 },
      { CallbackName: '*', Operation: 'failure' },
    );
    expect(given.take('a').map((action) => action.Operation)).toEqual(['heartbeat', 'success']);
    expect(given.take('b').map((action) => action.Operation)).toEqual(['failure']);
  });
});

describe('callbackResultText', () => {
  it.each([
    [undefined, undefined],
    [42, '42'],
    [null, 'null'],
    ['abc', '"abc"'],
    [{ status: 'approved' }, '{"status": "approved"}'],
    [{ a: [1, { b: 'x, y: z' }], c: true }, '{"a": [1, {"b": "x, y: z"}], "c": true}'],
    [[], '[]'],
  ])('writes %j as %s', (payload, text) => {
    expect(callbackResultText(payload)).toBe(text);
  });
});
