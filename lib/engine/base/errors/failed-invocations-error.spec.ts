import { FailedInvocationsError } from './failed-invocations-error.js';

describe('FailedInvocationsError', () => {
  it.each(['The gateway is down', 'The gateway is down.'])('ends the message "%s" with one full stop', (message) => {
    const error = new FailedInvocationsError([{ errorType: 'GatewayError', message }], undefined);
    expect(error.message).toMatch(
      /failed with GatewayError: The gateway is down\. Fix the cause, then start a new execution\.$/,
    );
  });
});
