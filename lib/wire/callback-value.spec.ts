import { callbackJson, callbackText } from './callback-value.js';

const arrived = (value: unknown) => {
  const text = callbackText(value);
  const json = callbackJson(text);
  return json === undefined ? text : (JSON.parse(json) as unknown);
};

describe('callbackText', () => {
  it.each([
    [{ approved: true, by: { name: 'Ada' } }],
    [['a', 1]],
    [42],
    [false],
    [null],
    [undefined],
    ['yes'],
    [''],
    ['42'],
    ['{"approved":true}'],
    ['{"@durable-callback":1}'],
  ])('lets %j arrive as it is', (value) => {
    expect(arrived(value)).toEqual(value);
  });

  it('sends text and nothing as they are', () => {
    expect([callbackText('yes'), callbackText(undefined)]).toEqual(['yes', undefined]);
  });
});

describe('callbackJson', () => {
  it.each([
    [undefined],
    [''],
    ['{"approved":true}'],
    ['42'],
    ['{"@durable-callback":'],
    ['{"@durable-callback":oops}'],
  ])('takes %j for the text of a stranger', (text) => {
    expect(callbackJson(text)).toBeUndefined();
  });
});
