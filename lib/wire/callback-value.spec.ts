import { callbackText, readCallback, withTraceparent } from './callback-value.js';

const SPAN = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';

const received = (sent: string | undefined) => {
  const { text, json } = readCallback(sent);
  return json === undefined ? text : (JSON.parse(json) as unknown);
};
const arrived = (value: unknown) => received(callbackText(value));

const values = [
  { approved: true, by: { name: 'Ada' } },
  { traceparent: SPAN },
  { a: { traceparent: SPAN } },
  ['a', 1],
  42,
  false,
  null,
  'yes',
  '',
  '42',
  '{"approved":true}',
  '{"@durable-callback":1}',
  '{"@durable-callback-text":"a"}',
  `{"@durable-callback":1,"traceparent":"${SPAN}"}`,
  `{"@durable-callback-text":"a","traceparent":"${SPAN}"}`,
];

describe('callbackText', () => {
  it.each([...values, undefined].map((value) => [value]))('lets %j arrive as it is', (value) => {
    expect(arrived(value)).toEqual(value);
  });

  it('refuses a promise, of which nothing would arrive', () => {
    expect(() => callbackText(Promise.reject(new Error('unhandled')))).toThrow(
      'it is a promise, which must be awaited',
    );
  });

  it('sends text and nothing as they are', () => {
    expect([callbackText('yes'), callbackText(undefined)]).toEqual(['yes', undefined]);
    expect(callbackText('')).toBe('{"@durable-callback":""}');
  });
});

describe('withTraceparent', () => {
  it.each(values.map((value) => [value]))('sends the span of the sender along with %j, once', (value) => {
    const sent = withTraceparent(callbackText(value)!, SPAN);

    expect(readCallback(sent).traceparent).toBe(SPAN);
    expect(received(sent)).toEqual(value);
    expect(withTraceparent(sent, SPAN.replace('-01', '-00'))).toBe(sent);
  });
});

describe('readCallback', () => {
  it.each([
    [undefined],
    [''],
    ['{"approved":true}'],
    ['42'],
    ['{"@durable-callback":'],
    ['{"@durable-callback":oops}'],
    ['{"@durable-callback-text":"yes"}'],
    [`{"@durable-callback-text":oops,"traceparent":"${SPAN}"}`],
    [`{"@durable-callback":1,"traceparent":"${SPAN.slice(0, -1)}"}`],
    [`{"approved":true,"traceparent":"${SPAN}"}`],
  ])('takes %j for the text of a stranger', (text) => {
    expect(readCallback(text)).toEqual({ text });
  });
});
