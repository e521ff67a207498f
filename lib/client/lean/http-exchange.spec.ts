import { EventEmitter } from 'node:events';
import http from 'node:http';
import { jest } from '@jest/globals';
import { LambdaEndpoint } from '../testing-fixtures/lambda-endpoint.js';
import { exchange, type HttpModule } from './http-exchange.js';

const NO_HURRY = { socketTimeout: 5_000, requestTimeout: 5_000 };
const lambda = new LambdaEndpoint();
beforeAll(() => lambda.open());
afterAll(() => lambda.close());
const send = (timeouts = NO_HURRY) => exchange(http, { port: new URL(lambda.url).port, timeouts });

describe('exchange', () => {
  it('reads the whole answer', async () => {
    lambda.willAnswer((response) => {
      response.writeHead(207, { 'x-a': 'b' }).write('{"a":"ü');
      response.end('ü"}');
    });

    await expect(send()).resolves.toMatchObject({ status: 207, headers: { 'x-a': 'b' }, text: '{"a":"üü"}' });
  });

  it('does not take half an answer for a whole one', async () => {
    lambda.willAnswer((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"half', () => response.socket?.resetAndDestroy());
    });

    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('does not wait for an answer in another protocol', async () => {
    lambda.willAnswer((response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n');
    });

    await expect(send()).rejects.toThrow('switched to another protocol');
  });

  it('gives up on a silent connection', async () => {
    lambda.willAnswer(() => undefined);

    await expect(send({ socketTimeout: 20, requestTimeout: 5_000 })).rejects.toMatchObject({
      name: 'TimeoutError',
      code: 'ETIMEDOUT',
      message: 'The connection was silent for 20 ms.',
    });
  });

  it('gives up on an answer that does not end', async () => {
    lambda.willAnswer((response) => {
      const drip = setInterval(() => response.write(' '), 5);
      response.once('close', () => clearInterval(drip));
    });

    await expect(send({ socketTimeout: 5_000, requestTimeout: 40 })).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'No complete answer within 40 ms.',
    });
  });

  it('gives up on a connection that does not come about', async () => {
    jest.useFakeTimers();
    const request = Object.assign(new EventEmitter(), { setTimeout: jest.fn(), destroy: jest.fn(), end: jest.fn() });
    const nowhere = { request: () => request } as unknown as HttpModule;
    const answer = exchange(nowhere, { timeouts: { socketTimeout: 50_000, requestTimeout: 55_000 } });
    request.emit('socket', Object.assign(new EventEmitter(), { connecting: true }));
    jest.advanceTimersByTime(5_000);

    await expect(answer).rejects.toMatchObject({ message: 'No connection within 5000 ms.' });
    expect(request.destroy).toHaveBeenCalled();
    request.emit('close');
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('leaves no timer behind', async () => {
    const set = jest.spyOn(globalThis, 'setTimeout');
    const clear = jest.spyOn(globalThis, 'clearTimeout');
    lambda.willAnswer((response) => response.writeHead(200).end('{}'));
    await send();
    await new Promise(setImmediate);

    const timers = set.mock.results.map(({ value }) => value);
    expect(timers).not.toHaveLength(0);
    expect(clear.mock.calls.map(([timer]) => timer)).toEqual(expect.arrayContaining(timers));
  });
});
