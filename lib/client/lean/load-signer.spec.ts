import { jest } from '@jest/globals';

jest.unstable_mockModule('aws4', () => {
  throw new Error("Cannot find package 'aws4'");
});

describe('createLeanDurableClient without aws4', () => {
  it.each(['checkpoint', 'preload'] as const)('says at %s() what to install', async (method) => {
    const { createLeanDurableClient } = await import('./lean-durable-client.js');
    const client = createLeanDurableClient({ region: 'eu-west-1' });
    const call = { DurableExecutionArn: 'a', CheckpointToken: 't' };

    for (let times = 0; times < 2; times += 1) {
      await expect(method === 'preload' ? client.preload() : client.checkpoint(call)).rejects.toMatchObject({
        code: 'NOT_DEPLOYED',
        message: expect.stringContaining('Install it (npm install aws4), and deploy it with the function'),
      });
    }
  });
});
