import { clientInEvent } from './client-in-event.js';
import { DurableExecutionInvocationInputWithClient } from './invocation-input-with-client.js';

const client = { checkpoint: async () => ({}), getExecutionState: async () => ({ Operations: [] }) };

describe('clientInEvent', () => {
  it('is the client of an event that brings one, whatever class the event has', () => {
    const event = { DurableExecutionArn: 'arn', CheckpointToken: 't', InitialExecutionState: { Operations: [] } };
    expect(clientInEvent(new DurableExecutionInvocationInputWithClient(event, client))).toBe(client);
    expect(clientInEvent({ ...event, durableExecutionClient: client })).toBe(client);
  });

  it.each<[string, unknown]>([
    ['no event', undefined],
    ['an event without one', {}],
    ['a text', { durableExecutionClient: 'client' }],
    ['what has arrived as JSON', { durableExecutionClient: { checkpoint: {}, getExecutionState: 'x' } }],
  ])('is nothing for %s', (_, event) => {
    expect(clientInEvent(event)).toBeUndefined();
  });

  it.each([
    ['getExecutionState', { checkpoint: client.checkpoint }],
    ['checkpoint', { getExecutionState: client.getExecutionState, checkpoint: 'x' }],
  ])('refuses half a client, without %s', (missing, durableExecutionClient) => {
    const event = { durableExecutionClient };
    expect(() => clientInEvent(event)).toThrow(`The client in the event has no ${missing}().`);
    expect(DurableExecutionInvocationInputWithClient.isInstance(event)).toBe(false);
  });
});
