import { InProcessFunctions } from './in-process-functions.js';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('InProcessFunctions', () => {
  it('keep no process alive for a handler that does not end', () => {
    const functions = new InProcessFunctions({ f: () => new Promise(() => undefined) });
    const before = timers();
    void functions.invoke({
      functionName: 'f',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
      qualifier: '$LATEST',
      requestId: 'r',
      payload: '{}',
      timeoutMs: 900_000,
    });
    expect(timers()).toBe(before);
  });
});
