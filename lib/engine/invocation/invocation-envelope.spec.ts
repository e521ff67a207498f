import { type Operation, OperationStatus, OperationType } from '../../wire/operation.js';
import { NotDurableError } from '../base/errors/context-errors.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { assertDurableEnvelope, inputOf } from './invocation-envelope.js';

describe('assertDurableEnvelope', () => {
  it.each<[string, unknown]>([
    ['the raw input of a function without DurableConfig', { orderId: 7 }],
    ['nothing', undefined],
    ['null', null],
    ['a text', 'order'],
    ['an envelope without a token', { DurableExecutionArn: 'arn', InitialExecutionState: { Operations: [] } }],
    ['an envelope with an empty token', { DurableExecutionArn: 'arn', CheckpointToken: '' }],
    ['an envelope whose ARN is no text', { DurableExecutionArn: 7, CheckpointToken: 'token' }],
  ])('refuses %s, naming the function and the remedy', (_, event) => {
    const parse = () => assertDurableEnvelope(event, { functionName: 'orders' } as never);
    expect(parse).toThrow(NotDurableError);
    expect(parse).toThrow(/^Function orders was invoked without a durable execution. Set DurableConfig/);
  });

  it.each([
    [{ DurableExecutionArn: 'arn', InitialExecutionState: { Operations: [] } }, 'CheckpointToken'],
    [{ DurableExecutionArn: 7, CheckpointToken: 'token' }, 'DurableExecutionArn'],
    [{ CheckpointToken: 'token' }, 'DurableExecutionArn'],
  ])('says what is missing in a part of an envelope: %j', (event, missing) => {
    expect(() => assertDurableEnvelope(event, undefined)).toThrow(`The event has no ${missing} as text`);
  });

  it('accepts an envelope that carries more than is known', () => {
    const event = { DurableExecutionArn: 'arn', CheckpointToken: 'token', Novelty: true };
    expect(() => assertDurableEnvelope(event, undefined)).not.toThrow();
  });
});

describe('inputOf', () => {
  const started = (InputPayload?: string | null) =>
    ({
      Id: 'e',
      Type: OperationType.EXECUTION,
      Status: OperationStatus.STARTED,
      ExecutionDetails: { InputPayload },
    }) as Operation;

  it.each<[string, Operation | undefined, unknown]>([
    ['an object', started('{"sku":"a1"}'), { sku: 'a1' }],
    ['a bare value', started('7'), 7],
    ['null', started('null'), null],
    ['no payload, as of a chained invoke', started(), {}],
    ['a payload of null', started(null), {}],
    ['a blank payload', started(' \n'), {}],
    ['no details', { Id: 'e', Type: OperationType.EXECUTION, Status: OperationStatus.STARTED }, {}],
    ['no EXECUTION operation', undefined, {}],
  ])('reads %s', (_, execution, input) => {
    expect(inputOf(execution)).toEqual(input);
  });

  it('fails the execution for a payload that is no JSON, since it never will be', () => {
    expect(() => inputOf(started('{sku'))).toThrow(ExecutionError);
    expect(() => inputOf(started('{sku'))).toThrow(/The input of the execution is not JSON/);
  });
});
