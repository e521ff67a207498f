import { toFunctionUrlEvent } from './function-url-event.js';
import type { FunctionUrlRequest } from './function-url-event.js';

function request(overrides: Partial<FunctionUrlRequest> = {}): FunctionUrlRequest {
  return {
    method: 'GET',
    rawPath: '/orders/1',
    rawQueryString: '',
    rawHeaders: ['Host', '127.0.0.1:9090', 'User-Agent', 'curl/8'],
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    protocol: 'HTTP/1.1',
    requestId: 'request-1',
    receivedAtMs: Date.UTC(2026, 0, 31, 5, 48, 20, 123),
    ...overrides,
  };
}

const typed = (contentType: string, body: Buffer | string) =>
  toFunctionUrlEvent(request({ rawHeaders: ['Content-Type', contentType], body: Buffer.from(body as string) }));

describe('toFunctionUrlEvent', () => {
  it('describes a request in payload format 2.0', () => {
    expect(toFunctionUrlEvent(request())).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/orders/1',
      rawQueryString: '',
      headers: {
        host: '127.0.0.1:9090',
        'user-agent': 'curl/8',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
      },
      requestContext: {
        accountId: 'anonymous',
        apiId: '127',
        domainName: '127.0.0.1:9090',
        domainPrefix: '127',
        http: {
          method: 'GET',
          path: '/orders/1',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'curl/8',
        },
        requestId: 'request-1',
        routeKey: '$default',
        stage: '$default',
        time: '31/Jan/2026:05:48:20 +0000',
        timeEpoch: 1_769_838_500_123,
      },
      isBase64Encoded: false,
    });
  });

  it('keeps the path and the query string as they were sent', () => {
    const event = toFunctionUrlEvent(
      request({ rawPath: '/a%2Fb/%C3%BC', rawQueryString: 'q=a%20b&q=c+d&empty=&flag' }),
    );

    expect(event.rawPath).toBe('/a%2Fb/%C3%BC');
    expect(event.rawQueryString).toBe('q=a%20b&q=c+d&empty=&flag');
    expect(event.queryStringParameters).toEqual({ q: 'a b,c d', empty: '', flag: '' });
  });

  it('joins repeated headers with commas and lists cookies', () => {
    const { headers, cookies } = toFunctionUrlEvent(
      request({ rawHeaders: ['Accept', 'a', 'ACCEPT', 'b', 'Cookie', 'one=1; two=2', 'cookie', 'three=3'] }),
    );

    expect(headers).toMatchObject({ accept: 'a,b', cookie: 'one=1; two=2; three=3' });
    expect(cookies).toEqual(['one=1', 'two=2', 'three=3']);
  });

  it('drops what concerns only the connection, and states the length of the body', () => {
    const { headers } = toFunctionUrlEvent(
      request({ rawHeaders: ['Connection', 'close', 'Transfer-Encoding', 'chunked'], body: Buffer.from('körper') }),
    );

    expect(headers).toEqual({ 'content-length': '7', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
  });

  it('is not confused by names that objects have', () => {
    const { headers, queryStringParameters } = toFunctionUrlEvent(
      request({ rawHeaders: ['__proto__', 'x', 'constructor', 'y'], rawQueryString: '__proto__=1&toString=2' }),
    );

    expect(JSON.stringify(headers)).toContain('"__proto__":"x","constructor":"y"');
    expect(JSON.stringify(queryStringParameters)).toBe('{"__proto__":"1","toString":"2"}');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each([
    'text/plain',
    'text/html; charset=utf-8',
    'application/json',
    'application/problem+json',
    'application/xml',
  ])('sends a body of type %s as text', (contentType) => {
    expect(typed(contentType, '{"größe":1}')).toMatchObject({ body: '{"größe":1}', isBase64Encoded: false });
  });

  it.each(['application/octet-stream', 'application/x-www-form-urlencoded', 'image/png', 'application/jsonish', ''])(
    'sends a body of type "%s" as base64',
    (contentType) => {
      expect(typed(contentType, 'a=1')).toMatchObject({ body: 'YT0x', isBase64Encoded: true });
    },
  );

  it('sends text that is not UTF-8 as base64, byte for byte', () => {
    const latin1 = Buffer.from([0x67, 0x72, 0xfc, 0x6e]);

    const event = toFunctionUrlEvent(request({ rawHeaders: ['Content-Type', 'text/plain'], body: latin1 }));

    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body ?? '', 'base64')).toEqual(latin1);
  });
});
