import { TraceFlags } from '@opentelemetry/api';
import type { OperationEndInfo } from '../engine/invocation/plugins/plugin.js';
import { type CallbackInput, linkToSender, withSender } from './callback-sender.js';

const SPAN = {
  traceId: '5759e988bd862e3fe1be46a994272793',
  spanId: '53995c3f42cd8ad8',
  traceFlags: TraceFlags.SAMPLED,
};
const SUCCESS = 'SendDurableExecutionCallbackSuccessCommand';
const FAILURE = 'SendDurableExecutionCallbackFailureCommand';

const bytes = (text: string) => new TextEncoder().encode(text);
const callback = (told: Partial<OperationEndInfo>): OperationEndInfo => ({
  id: '1',
  type: 'CALLBACK',
  isReplay: false,
  ...told,
});
const sent = (input: CallbackInput, command: string) => withSender(input, command, SPAN);

describe('the sender of a callback', () => {
  it('is found in what it sent', () => {
    const result = Buffer.from(sent({ Result: bytes('yes') }, SUCCESS).Result!).toString();
    const { StackTrace: stackTrace } = sent(
      { Error: { ErrorMessage: 'no', StackTrace: ['    at x'] } },
      FAILURE,
    ).Error!;
    const error = Object.assign(new Error('no'), { stackTrace });

    const link = [{ context: { ...SPAN, isRemote: true } }];
    expect(linkToSender(callback({ result }))).toEqual(link);
    expect(linkToSender(callback({ error }))).toEqual(link);
    expect(linkToSender(callback({ result, type: 'STEP' }))).toEqual([]);
  });

  it.each<[string, CallbackInput, string]>([
    ['no text', { Result: Uint8Array.of(0xff, 0xfe) }, SUCCESS],
    ['too large with it', { Result: bytes('x'.repeat(256 * 1024 - 10)) }, SUCCESS],
    ['empty', { Result: bytes('') }, SUCCESS],
    ['nothing', {}, SUCCESS],
    ['a failure without details', { Error: {} }, FAILURE],
    ['no callback', { Result: bytes('yes') }, 'InvokeCommand'],
  ])('leaves what it sends as it is where that is %s', (_what, input, command) => {
    expect(sent(input, command)).toEqual(input);
  });

  it.each([undefined, 'yes', '{"@durable-callback":1}', '{"@durable-callback":1,"traceparent":"oops"}'])(
    'is unknown where %j arrives',
    (result) => {
      expect(linkToSender(callback({ result }))).toEqual([]);
    },
  );
});
