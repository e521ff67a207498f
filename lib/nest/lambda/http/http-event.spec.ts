import { httpEventSource } from './http-event.js';

describe('httpEventSource', () => {
  it.each([
    ['AWS_API_GATEWAY_V1', { httpMethod: 'GET', path: '/', requestContext: { stage: 'prod' } }],
    ['AWS_API_GATEWAY_V2', { version: '2.0', rawPath: '/', requestContext: { http: { method: 'GET' } } }],
    ['AWS_ALB', { httpMethod: 'GET', path: '/', requestContext: { elb: { targetGroupArn: 'arn' } } }],
  ])('recognises %s', (source, event) => {
    expect(httpEventSource(event)).toBe(source);
  });

  it.each([
    ['nothing', null],
    ['text', 'GET /'],
    ['a message of a WebSocket API', { requestContext: { eventType: 'MESSAGE', connectionId: 'c' }, body: '{}' }],
    ['an order that has a path', { httpMethod: 'GET', path: '/' }],
    ['a request without a path', { httpMethod: 'GET', requestContext: {} }],
  ])('takes %s for no HTTP event', (_what, event) => {
    expect(httpEventSource(event)).toBeUndefined();
  });
});
