import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { InvocationError } from '../../engine/base/errors/invocation-error.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { Deferred } from './deferred.js';
import { HandlerProgress } from './handler-progress.js';
import { type OpenResponse, ResponseWatch } from './response-watch.js';

function progressOf() {
  const settled = new Deferred<void>();
  const invocation = {
    settled: settled.promise,
    isSettled: false,
    holds: 0,
    holdOpen: () => {
      invocation.holds += 1;
      return () => (invocation.holds -= 1);
    },
    expectHandler: jest.fn(),
    proposeFailure: jest.fn(),
    errorKnowledge: () => undefined,
    isUnderWay: false,
    activity: { changes: 0, blockedCount: 0 },
  };
  const progress = new HandlerProgress(invocation as unknown as DurableInvocation, {
    fail: (error) => invocation.proposeFailure(error),
  });
  const settle = () => {
    invocation.isSettled = true;
    settled.resolve();
    return settled.promise;
  };
  return { progress, invocation, settle };
}

const responseWatch = () =>
  new ResponseWatch(
    Object.assign(new EventEmitter(), { write: () => true, writableEnded: false }) as unknown as OpenResponse,
    true,
  );

describe('The progress of a handler', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('holds the invocation open from the end of the handler, until it starts again', () => {
    const { progress, invocation } = progressOf();
    progress.handlerStarts();
    expect([progress.hasStarted, invocation.holds]).toEqual([true, 0]);
    progress.handlerEnded();
    expect(invocation.holds).toBe(1);
    progress.handlerStarts();
    expect(invocation.holds).toBe(0);
  });

  it('is at the body once the handler has called it, and stays there', () => {
    const { progress } = progressOf();
    progress.bodyStarts();
    expect(progress.stage).toBe('guards');
    progress.handlerStarts();
    expect(progress.stage).toBe('pipes');
    progress.bodyStarts();
    progress.handlerStarts();
    expect(progress.stage).toBe('body');
  });

  it('is idle when every call of the handler has ended', async () => {
    const { progress } = progressOf();
    await expect(progress.pipelineIdle()).resolves.toBeUndefined();
    progress.handlerStarts();
    progress.handlerStarts();
    let isIdle = false;
    const idle = progress.pipelineIdle().then(() => (isIdle = true));
    progress.handlerEnded();
    await jest.advanceTimersByTimeAsync(0);
    expect(isIdle).toBe(false);
    progress.handlerEnded();
    progress.handlerStarts();
    await jest.advanceTimersByTimeAsync(0);
    expect(isIdle).toBe(false);
    progress.handlerEnded();
    await idle;
  });

  it('proposes at once a failure that states its scope, and no other', () => {
    const { progress, invocation } = progressOf();
    progress.handlerThrew(new Error('of the application'));
    expect(invocation.proposeFailure).not.toHaveBeenCalled();
    const away = new InvocationError('away');
    progress.handlerThrew(away);
    expect(invocation.proposeFailure).toHaveBeenCalledWith(away);
  });

  it('notes a failure for filters, and forgets it when the handler starts again', () => {
    const { progress } = progressOf();
    const error = new Error('of the application');
    expect(progress.observes(error)).toBe(false);
    progress.interceptorsStart({ headersSent: true });
    progress.noteLateFailure(error);
    expect([progress.failure, progress.lateFailure]).toEqual([{ error }, { error }]);
    progress.handlerStarts();
    expect([progress.failure, progress.lateFailure]).toEqual([undefined, undefined]);
  });

  it('keeps from filters whatever comes after the end of the invocation', async () => {
    const { progress, settle } = progressOf();
    await settle();
    expect(progress.observes(new Error('late'))).toBe(true);
    expect(progress.failure).toBeUndefined();
  });

  it('waits five seconds for filters that never answer, and fails with the original error', async () => {
    const { progress } = progressOf();
    const error = new Error('original');
    progress.observes(error);
    jest.advanceTimersByTime(4_998);
    progress.observes(new Error('of a filter'));
    jest.advanceTimersByTime(1);
    const given = Promise.race([progress.abandoned, Promise.resolve('still waiting')]);
    await expect(given).resolves.toBe('still waiting');
    jest.advanceTimersByTime(1);
    await expect(progress.abandoned).rejects.toBe(error);
  });

  it('fails about a second after the end of a handler that has not ended its response', async () => {
    const { progress, invocation } = progressOf();
    progress.interceptorsStart(undefined, responseWatch());
    progress.handlerStarts();
    progress.handlerEnded({ hasReturned: true });
    jest.advanceTimersByTime(1_000);
    expect(invocation.holds).toBe(0);
    jest.advanceTimersByTime(250);
    await expect(progress.abandoned).rejects.toThrow(/its response has not/);
  });

  it.each([
    { afterMs: [900], leftMs: 1_600 },
    { afterMs: [900, 300], leftMs: 1_300 },
  ])('gives code that uses the result of an operation its second as well ($afterMs)', async ({ afterMs, leftMs }) => {
    const { progress, invocation } = progressOf();
    const abandoned = jest.fn();
    void progress.abandoned.catch(abandoned);
    progress.interceptorsStart(undefined, responseWatch());
    progress.handlerStarts();
    progress.handlerEnded({ hasReturned: true });
    for (const ms of afterMs) {
      await jest.advanceTimersByTimeAsync(ms);
      invocation.activity.changes += 1;
    }
    await jest.advanceTimersByTimeAsync(leftMs - 1);
    expect(abandoned).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(abandoned).toHaveBeenCalled();
  });

  it.each(['before', 'after'])(
    'leaves the response to filters when something fails %s the end of the handler',
    async (when) => {
      const { progress } = progressOf();
      const abandoned = jest.fn();
      void progress.abandoned.catch(abandoned);
      progress.interceptorsStart(undefined, responseWatch());
      progress.handlerStarts();
      if (when === 'before') progress.observes(new Error('handed on'));
      progress.handlerEnded({ hasReturned: true });
      if (when === 'after') progress.observes(new Error('of an interceptor'));
      jest.advanceTimersByTime(4_999);
      await Promise.resolve();
      expect(abandoned).not.toHaveBeenCalled();
    },
  );

  it('stops its clocks when the invocation has ended', async () => {
    const { progress, settle } = progressOf();
    progress.interceptorsStart(undefined, responseWatch());
    progress.handlerStarts();
    progress.handlerEnded({ hasReturned: true });
    progress.observes(new Error('answered'));
    await settle();
    expect(jest.getTimerCount()).toBe(0);
  });
});
