import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FunctionUrlEvent } from './function-url-event.js';
import { createFunctionUrlHandler } from './function-url-handler.js';
import type { FunctionUrlResult } from './function-url-handler.js';

let server: Server;
let invocations: { functionName: string; event: FunctionUrlEvent }[];
let answer: (event: FunctionUrlEvent) => FunctionUrlResult;

beforeEach(async () => {
  invocations = [];
  answer = (event) => ({ kind: 'returned', payload: JSON.stringify({ statusCode: 200, body: event.body }) });
  const handle = createFunctionUrlHandler({
    hasFunction: (name) => name === 'order',
    invoke: async (functionName, payload) => {
      const event = JSON.parse(payload) as FunctionUrlEvent;
      invocations.push({ functionName, event });
      return answer(event);
    },
    now: () => 0,
    maxBodyBytes: 1000,
  });
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const call = (path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { ...init, redirect: 'manual' });

describe('createFunctionUrlHandler', () => {
  it('hands the function its own path, not the one that addresses it', async () => {
    await call('/fn/order/orders/1%2F2?verbose=1&q=a%3Fb');

    expect(invocations).toMatchObject([
      { functionName: 'order', event: { rawPath: '/orders/1%2F2', rawQueryString: 'verbose=1&q=a%3Fb' } },
    ]);
  });

  it.each(['/fn/order', '/fn/order/', '/fn/order?a=1'])('takes %s for the root of the function', async (path) => {
    await call(path);

    expect(invocations[0]?.event.rawPath).toBe('/');
  });

  it('carries a binary body there and back', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    answer = ({ body, isBase64Encoded }) => ({
      kind: 'returned',
      payload: JSON.stringify({ statusCode: 200, headers: { 'content-type': 'image/png' }, body, isBase64Encoded }),
    });

    const response = await call('/fn/order', { method: 'POST', body: bytes });

    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get('content-type')).toBe('image/png');
  });

  it('sets each cookie by a header of its own', async () => {
    answer = () => ({
      kind: 'returned',
      payload: JSON.stringify({ statusCode: 303, headers: { location: '/next' }, cookies: ['a=1; Path=/', 'b=2'] }),
    });

    const response = await call('/fn/order');

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/next');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  });

  it('names the execution that answered', async () => {
    answer = () => ({ kind: 'returned', payload: '{"shipped":true}', durableExecutionArn: 'arn:aws:lambda:e' });

    const response = await call('/fn/order');

    expect(await response.json()).toEqual({ shipped: true });
    expect(response.headers.get('x-amz-durable-execution-arn')).toBe('arn:aws:lambda:e');
  });

  it('answers 404 for a function that does not exist', async () => {
    const response = await call('/fn/refund/x');

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'There is no function refund.' });
    expect(invocations).toEqual([]);
  });

  it('answers 502 and the reason when the function fails', async () => {
    answer = () => ({ kind: 'failed', errorType: 'OrderRejected', errorMessage: 'no such item' });

    const response = await call('/fn/order');

    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      message: 'Internal Server Error',
      errorType: 'OrderRejected',
      errorMessage: 'no such item',
    });
  });

  it('answers 502 to an answer that is none', async () => {
    answer = () => ({ kind: 'returned', payload: '{"statusCode":"soon"}' });

    expect((await call('/fn/order')).status).toBe(502);
  });

  it('answers 413 to a body that is too large, and runs nothing', async () => {
    const response = await call('/fn/order', { method: 'POST', body: 'x'.repeat(1001) });

    expect(response.status).toBe(413);
    expect(invocations).toEqual([]);
  });
});
