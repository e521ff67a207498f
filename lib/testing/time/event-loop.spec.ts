import { jest } from '@jest/globals';

describe('refuseFakeTimers', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('refuses timers that were fake when the kit was loaded, and names the remedy', async () => {
    jest.useFakeTimers();
    const { refuseFakeTimers } = await import('./event-loop.js');
    expect(refuseFakeTimers).toThrow(/enableGlobally/);
  });

  it('accepts timers that become fake later', async () => {
    jest.resetModules();
    const { refuseFakeTimers } = await import('./event-loop.js');
    jest.useFakeTimers();
    expect(refuseFakeTimers).not.toThrow();
  });
});
