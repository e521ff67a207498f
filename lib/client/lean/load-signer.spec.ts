import { jest } from '@jest/globals';

jest.unstable_mockModule('aws4', () => {
  throw new Error("Cannot find package 'aws4'");
});

describe('createLeanDurableClient without aws4', () => {
  it('says at the first call what to install', async () => {
    const { createLeanDurableClient } = await import('./lean-durable-client.js');
    const client = createLeanDurableClient({ region: 'eu-west-1' });

    await expect(client.checkpoint({ DurableExecutionArn: 'a', CheckpointToken: 't' })).rejects.toThrow(
      'The lean client signs its calls with the package `aws4`, which is not installed: npm install aws4',
    );
  });
});
