import { jest } from '@jest/globals';
import { preloaded, type PreloadableClient } from './preloadable-client.js';

const clientThatLoads = (load: () => Promise<void>): PreloadableClient => ({
  preload: jest.fn(load),
  checkpoint: async () => ({}),
  getExecutionState: async () => ({}),
});

describe('preloaded', () => {
  it('begins to load at once, without waiting', () => {
    const client = clientThatLoads(() => new Promise(() => undefined));

    expect(preloaded(client)).toBe(client);
    expect(client.preload).toHaveBeenCalledTimes(1);
  });

  it('leaves a failure to the first call', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    preloaded(clientThatLoads(() => Promise.reject(new Error('not installed'))));
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);

    expect(unhandled).not.toHaveBeenCalled();
  });
});
