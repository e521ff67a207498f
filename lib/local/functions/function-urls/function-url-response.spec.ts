import { fromFunctionUrlResponse } from './function-url-response.js';

const respond = (value: unknown) => fromFunctionUrlResponse(JSON.stringify(value));
const bodyText = (value: unknown) => respond(value)?.body.toString();

describe('fromFunctionUrlResponse', () => {
  it('passes on status, headers, cookies and body', () => {
    expect(
      respond({
        statusCode: 201,
        headers: { 'X-Count': 3, 'Content-Type': 'text/plain' },
        cookies: ['a=1; Path=/', 'b=2'],
        body: 'grün',
      }),
    ).toEqual({
      statusCode: 201,
      headers: { 'x-count': '3', 'content-type': 'text/plain' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: Buffer.from('grün'),
    });
  });

  it('decodes a binary body', () => {
    expect(respond({ statusCode: 200, body: 'AAH/', isBase64Encoded: true })?.body).toEqual(Buffer.from([0, 1, 255]));
  });

  it.each([undefined, null])('sends no body for %s', (body) => {
    expect(respond({ statusCode: 204, body })).toMatchObject({ statusCode: 204, body: Buffer.alloc(0) });
  });

  it('writes a body that is no text as JSON', () => {
    expect(bodyText({ statusCode: 200, body: { ok: true } })).toBe('{"ok":true}');
  });

  it('leaves the framing to the server', () => {
    expect(
      respond({ statusCode: 200, headers: { 'Content-Length': '99', 'Transfer-Encoding': 'chunked' } })?.headers,
    ).toEqual({ 'content-type': 'application/json' });
  });

  it.each([[{ order: 1 }], ['text'], [7], [null], [['a']]])(
    'takes %j without a status code for the body itself',
    (value) => {
      expect(respond(value)).toEqual({
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        cookies: [],
        body: Buffer.from(JSON.stringify(value)),
      });
    },
  );

  it('takes what is not JSON for the body itself', () => {
    expect(fromFunctionUrlResponse('<done/>')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      cookies: [],
      body: Buffer.from('<done/>'),
    });
  });

  it.each([
    ['a status code that is no number', { statusCode: 'fine' }],
    ['a status code that HTTP does not have', { statusCode: 99 }],
    ['an interim status code', { statusCode: 100 }],
    ['a header that would split the response', { statusCode: 200, headers: { 'x-a': 'b\r\nset-cookie: evil=1' } }],
    ['a header name that is none', { statusCode: 200, headers: { 'bad name': 'b' } }],
    ['a cookie that would split the response', { statusCode: 200, cookies: ['a=1\r\nx: y'] }],
    ['a header outside of Latin-1', { statusCode: 200, headers: { 'x-a': '日本' } }],
  ])('refuses %s', (_, value) => {
    expect(respond(value)).toBeUndefined();
  });
});
