import { broughtClient } from './brought-client.js';
import { DurableExecutionInvocationInputWithClient } from './invocation-input-with-client.js';

const client = { checkpoint: async () => ({}), getExecutionState: async () => ({ Operations: [] }) };

describe('broughtClient', () => {
  it('is the client of an event that brings one, whatever class the event has', () => {
    const event = { DurableExecutionArn: 'arn', CheckpointToken: 't', InitialExecutionState: { Operations: [] } };
    expect(broughtClient(new DurableExecutionInvocationInputWithClient(event, client))).toBe(client);
    expect(broughtClient({ ...event, durableExecutionClient: client })).toBe(client);
  });

  it.each<[string, unknown]>([
    ['no event', undefined],
    ['an event without one', {}],
    ['something with one of the two calls', { durableExecutionClient: { checkpoint: client.checkpoint } }],
    ['a text', { durableExecutionClient: 'client' }],
  ])('is nothing for %s', (_, event) => {
    expect(broughtClient(event)).toBeUndefined();
  });
});
