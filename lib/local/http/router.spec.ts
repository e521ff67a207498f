import { ApiName, routeOf } from './router.js';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST/durable-execution/n/i';

describe('routeOf', () => {
  it.each([
    ['POST', '/2015-03-31/functions/f%3A%24LATEST/invocations', ApiName.INVOKE, 'f:$LATEST'],
    ['GET', '/2025-12-01/functions/f/durable-executions', ApiName.LIST, 'f'],
    ['GET', `/2025-12-01/durable-executions/${encodeURIComponent(ARN)}`, ApiName.GET, ARN],
    ['GET', `/2025-12-01/durable-executions/${ARN}`, ApiName.GET, ARN],
    ['GET', `/2025-12-01/durable-executions/${ARN}/state`, ApiName.STATE, ARN],
    ['GET', `/2025-12-01/durable-executions/${ARN}/history`, ApiName.HISTORY, ARN],
    ['POST', `/2025-12-01/durable-executions/${ARN}/checkpoint`, ApiName.CHECKPOINT, ARN],
    ['POST', `/2025-12-01/durable-executions/${ARN}/stop`, ApiName.STOP, ARN],
    ['POST', '/2025-12-01/durable-execution-callbacks/YQ%3D%3D/succeed', ApiName.CALLBACK_SUCCESS, 'YQ=='],
    ['POST', '/2025-12-01/durable-execution-callbacks/a%2Fb%2Bc/fail', ApiName.CALLBACK_FAILURE, 'a/b+c'],
    ['POST', '/2025-12-01/durable-execution-callbacks/a/b+c/heartbeat', ApiName.CALLBACK_HEARTBEAT, 'a/b+c'],
  ])('reads %s %s', (method, path, api, label) => {
    expect(routeOf(method, path)).toEqual({ api, label });
  });

  it.each([
    ['PUT', '/2015-03-31/functions/f/invocations'],
    ['GET', '/2015-03-31/functions/f/invocations'],
    ['POST', `/2025-12-01/durable-executions/${ARN}`],
    ['GET', '/2025-12-01/durable-executions/'],
    ['GET', '/2025-12-01/functions//durable-executions/x'],
    ['POST', '/2025-12-01/durable-execution-callbacks//succeed'],
  ])('knows no %s %s', (method, path) => {
    expect(routeOf(method, path)).toBeUndefined();
  });

  it('refuses a label that cannot be decoded', () => {
    expect(() => routeOf('GET', '/2025-12-01/durable-executions/%E0%A4%A')).toThrow('not properly encoded');
  });
});
