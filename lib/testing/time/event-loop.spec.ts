import { jest } from '@jest/globals';

describe('requireTimers', () => {
  beforeEach(() => {
    jest.resetModules();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('refuses timers that were fake when the kit was loaded, and names the remedy', async () => {
    jest.useFakeTimers();
    const { requireTimers } = await import('./event-loop.js');
    expect(requireTimers).toThrow(/enableGlobally.*`jest.useRealTimers\(\)` in afterEach\(\)/s);
  });

  it('refuses a replay of a history with them too', async () => {
    jest.useFakeTimers();
    const { replayHistory } = await import('../history/replay-history.js');
    await expect(replayHistory(() => undefined, { Events: [] })).rejects.toThrow(/enableGlobally/);
  });

  it('accepts timers that become fake later', async () => {
    const { requireTimers } = await import('./event-loop.js');
    jest.useFakeTimers();
    expect(requireTimers).not.toThrow();
  });

  it('refuses an environment without setImmediate(), and names the remedy', async () => {
    const { setImmediate } = globalThis;
    try {
      // As jest-environment-jsdom does.
      Reflect.deleteProperty(globalThis, 'setImmediate');
      const { requireTimers } = await import('./event-loop.js');
      expect(requireTimers).toThrow(/testEnvironment: 'node'/);
    } finally {
      globalThis.setImmediate = setImmediate;
    }
  });
});
