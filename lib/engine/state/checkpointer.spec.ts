import { ManualClock } from '../../../test/engine/support/manual-clock.js';
import { awsError, StrictService } from '../../../test/engine/support/strict-service.js';
import { deferred, turns } from '../../../test/engine/support/turns.js';
import { MemoryService, TEST_ARN } from '../../../test/fixtures/memory-service.js';
import { CHECKPOINT_UPDATES } from '../../wire/limits.js';
import { OperationAction, OperationStatus, OperationType, type OperationUpdate } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import { CheckpointError } from '../base/errors/checkpoint-error.js';
import { GetExecutionStateError } from '../base/errors/get-execution-state-error.js';
import { ExecutionState } from './execution-state.js';
import { operationIdAt } from '../context/operation-id.js';
import { Checkpointer } from './checkpointer.js';
import type { RecordedEnd } from './update-queue.js';

const HOLD_MS = 50;

const start = (Id: string): OperationUpdate => ({
  Id,
  Name: Id,
  Type: OperationType.STEP,
  Action: OperationAction.START,
});
const succeed = (Id: string, Payload = '1'): OperationUpdate => ({
  ...start(Id),
  Action: OperationAction.SUCCEED,
  Payload,
});
const closing: OperationUpdate = { Id: 'e', Type: OperationType.EXECUTION, Action: OperationAction.SUCCEED };

interface Opening {
  holdMs?: number;
  ready?: Promise<void>;
  service?: StrictService;
}

function openCheckpointer({ holdMs = HOLD_MS, ready, service = new StrictService() }: Opening = {}) {
  const clock = new ManualClock();
  const state = new ExecutionState();
  const told = { faults: [] as unknown[], superseded: 0, idle: 0, lastOtherEndMs: -Infinity };
  const checkpointer = new Checkpointer({
    client: service,
    durableExecutionArn: TEST_ARN,
    checkpointToken: service.event().CheckpointToken,
    state,
    clock,
    holdMs,
    ...(ready && { ready }),
    recordOf: (id) => state.get(id),
    endedMs: ({ wire }) => toEpochMs(state.get(wire)?.EndTimestamp),
    lastOtherEndMs: () => told.lastOtherEndMs,
    onFault: (error) => told.faults.push(error),
    onSuperseded: () => (told.superseded += 1),
    onIdle: () => (told.idle += 1),
  });
  const requests = () =>
    service.calls.map(({ request }) => (request.Updates ?? []).map(({ Action, Id }) => `${Action} ${Id}`));
  const save = (update: OperationUpdate) =>
    new Promise<void>((resolve) => checkpointer.save(update, { onRecorded: resolve }));
  return { service, clock, state, told, checkpointer, save, requests };
}

/** Whether a promise has settled by the time that nothing is left to run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await turns(12);
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe('Checkpointer', () => {
  describe('requests', () => {
    it('sends what one turn of the event loop brings as one request, in order', async () => {
      const { checkpointer, save, requests } = openCheckpointer();
      checkpointer.enqueue(start('a'));
      const saved = [save(succeed('a')), save(start('b'))];
      checkpointer.enqueue(start('c'));
      await Promise.all(saved);
      expect(requests()).toEqual([['START a', 'SUCCEED a', 'START b', 'START c']]);
    });

    it('keeps one request in flight, and sends what came meanwhile with the next', async () => {
      const { save, service, requests } = openCheckpointer();
      const first = save(start('a'));
      await turns(1);
      expect(requests()).toEqual([['START a']]);
      const others = [save(start('b')), save(start('c'))];
      await Promise.all([first, ...others]);
      expect(requests()).toEqual([['START a'], ['START b', 'START c']]);
      expect(service.complaints).toEqual([]);
    });

    it('keeps one request in flight however long it takes', async () => {
      const { save, service, requests } = openCheckpointer();
      service.interfere = () => turns(5);
      const first = save(start('a'));
      await turns(2);
      const second = save(start('b'));
      await turns(2);
      expect(requests()).toEqual([['START a']]);
      await Promise.all([first, second]);
      expect(requests()).toEqual([['START a'], ['START b']]);
      expect(service.complaints).toEqual([]);
    });

    it('uses the token of each answer for the next request, and a client token of its own for each', async () => {
      const { save, service } = openCheckpointer();
      for (const id of ['a', 'b', 'c']) await save(start(id));
      expect(service.calls.map(({ request }) => request.CheckpointToken)).toEqual(['token-1', 'token-2', 'token-3']);
      expect(new Set(service.calls.map(({ request }) => request.ClientToken)).size).toBe(3);
      expect(service.complaints).toEqual([]);
    });

    it('sends more than 250 updates in several requests, in order', async () => {
      const { save, service } = openCheckpointer();
      const ids = Array.from({ length: 600 }, (_, at) => `op-${at}`);
      await Promise.all(ids.map((id) => save(start(id))));
      expect(service.calls.map(({ request }) => request.Updates!.length)).toEqual([250, 250, 100]);
      expect(service.updates.map(({ Id }) => Id)).toEqual(ids);
    });

    it('sends a full request without waiting for the end of the turn', async () => {
      const { checkpointer, service, requests } = openCheckpointer();
      for (let at = 1; at < 250; at += 1) checkpointer.enqueue(start(`op-${at}`));
      expect(requests()).toEqual([]);
      checkpointer.enqueue(start('op-250'));
      expect(requests().map(({ length }) => length)).toEqual([250]);
      await checkpointer.drain();
      expect([service.complaints, requests().length]).toEqual([[], 1]);
    });

    it('sends the next full request before anybody goes on because of the last one', async () => {
      const { checkpointer, service, requests } = openCheckpointer();
      const requestsThen: number[] = [];
      for (let at = 1; at <= 500; at += 1) {
        const onRecorded = () => void (at % 250 === 1 && requestsThen.push(requests().length));
        checkpointer.save(start(`op-${at}`), { onRecorded });
      }
      await checkpointer.drain();
      expect([requestsThen, requests().length, service.complaints]).toEqual([[2, 2], 2, []]);
    });

    it('keeps a request that is not full for those who go on because of the last one', async () => {
      const { checkpointer, requests } = openCheckpointer();
      checkpointer.save(start('a'), { onRecorded: () => checkpointer.enqueue(start('c')) });
      await turns(1);
      checkpointer.save(start('b'));
      await checkpointer.drain();
      expect(requests()).toEqual([['START a'], ['START b', 'START c']]);
    });

    describe('in the millisecond of an end that no request has brought', () => {
      const end = { id: operationIdAt(undefined, 1), isKnownBefore: false, isDelivered: false };

      it('waits for the next with an end', async () => {
        const { checkpointer, clock, told, requests } = openCheckpointer();
        told.lastOtherEndMs = clock.now();
        checkpointer.save(succeed('1'), { end });
        await turns(4);
        expect(requests()).toEqual([]);
        await clock.advance(1);
        expect(requests()).toEqual([['SUCCEED 1']]);
      });

      it.each([
        ['what ends nothing', 0, {}],
        ['an end by a clock that is another one', 60_000, { end }],
        ['an end when that is over', -1, { end }],
      ])('sends at once %s', async (_what, aheadMs, recording) => {
        const { checkpointer, clock, told, requests } = openCheckpointer();
        told.lastOtherEndMs = clock.now() + aheadMs;
        checkpointer.save(start('1'), recording);
        await turns(4);
        expect(requests()).toEqual([['START 1']]);
        expect(clock.pendingMs).toEqual([]);
      });
    });

    describe('with an end in the millisecond of the last answer', () => {
      const end = (position: string) => {
        const id = Object.assign(operationIdAt(undefined, Number(position)), { wire: position });
        return { id, isKnownBefore: false, isDelivered: false };
      };
      const endedFirst = async (plain: string) => {
        const opened = openCheckpointer();
        opened.service.nowMs = opened.clock.now();
        opened.service.msPerCall = 0;
        const { checkpointer } = opened;
        checkpointer.enqueue(start('1'));
        checkpointer.enqueue(start('2'));
        checkpointer.save(succeed(plain), { end: end(plain) });
        await turns(4);
        return { ...opened, sent: () => opened.requests().slice(1) };
      };

      it('waits for the next, where its operation was called before', async () => {
        const { checkpointer, clock, sent } = await endedFirst('2');
        checkpointer.save(succeed('1'), { end: end('1') });
        await turns(4);
        expect(sent()).toEqual([]);
        await clock.advance(1);
        expect(sent()).toEqual([['SUCCEED 1']]);
      });

      it('waits with all that comes meanwhile', async () => {
        const { checkpointer, clock, sent } = await endedFirst('2');
        checkpointer.save(succeed('1'), { end: end('1') });
        await turns(4);
        checkpointer.save(start('3'));
        await turns(4);
        expect([sent(), clock.pendingMs]).toEqual([[], [1]]);
        await clock.advance(5);
        expect(sent()).toEqual([['SUCCEED 1', 'START 3']]);
      });

      it('waits no longer where the clock of the service is ahead', async () => {
        const { checkpointer, clock, sent, service, state } = await endedFirst('2');
        const ended = { ...service.operations.get('2')!, EndTimestamp: clock.now() + 60_000 };
        state.merge([ended]);
        checkpointer.save(succeed('1'), { end: end('1') });
        await clock.advance(2);
        expect(sent()).toEqual([['SUCCEED 1']]);
      });

      it('sends it at once, where its operation was called later', async () => {
        const { checkpointer, clock, sent } = await endedFirst('1');
        checkpointer.save(succeed('2'), { end: end('2') });
        await turns(4);
        expect(sent()).toEqual([['SUCCEED 2']]);
        expect(clock.pendingMs).toEqual([]);
      });

      it('leaves no timer when it is closed meanwhile', async () => {
        const { checkpointer, clock, sent } = await endedFirst('2');
        checkpointer.save(succeed('1'), { end: end('1') });
        await turns(4);
        checkpointer.close();
        expect(clock.pendingMs).toEqual([]);
        await clock.advance(5);
        expect(sent()).toEqual([]);
      });
    });

    it('sends nothing while pages of state are read with the token, and then all of it at once', async () => {
      const pages = deferred();
      const { checkpointer, save, requests, told, clock } = openCheckpointer({ ready: pages.promise });
      checkpointer.enqueue(start('a'));
      const saved = save(succeed('a'));
      void checkpointer.poll();
      await clock.advance(10 * HOLD_MS);
      expect(requests()).toEqual([]);
      expect(checkpointer.isIdle).toBe(false);
      pages.resolve();
      await saved;
      expect(requests()).toEqual([['START a', 'SUCCEED a']]);
      expect(told.faults).toEqual([]);
    });

    it('tells of the first of two faults alone', async () => {
      const { checkpointer, save, service, told } = openCheckpointer();
      const codes = [500, 502];
      service.interfere = () => {
        throw awsError(`Fault${codes.length}`, codes.shift()!);
      };
      void save(start('a'));
      await turns(6);
      void save(start('b'));
      void checkpointer.poll();
      await turns(6);
      expect(told.faults).toHaveLength(1);
      expect(told.faults[0]).toMatchObject({ code: 'Fault2', httpStatus: 500 });
    });

    it('merges what the answers tell into the state', async () => {
      const { save, service, state } = openCheckpointer();
      service.operations.set('other', { Id: 'other', Type: OperationType.WAIT, Status: OperationStatus.STARTED });
      service.change('other', { Status: OperationStatus.SUCCEEDED });
      await save(start('a'));
      expect(state.get('a')?.Status).toBe(OperationStatus.STARTED);
      expect(state.get('other')?.Status).toBe(OperationStatus.SUCCEEDED);
    });

    it.each([
      ['no state', { CheckpointToken: 'token-x' }],
      ['nothing', {}],
      ['a message', { Message: 'maintenance' }],
      ['a token of a wrong type', { CheckpointToken: 5, NewExecutionState: {} }],
      ['records of a wrong type', { NewExecutionState: { Operations: [1] } }],
    ])('fails for an answer that tells of %s, of which nothing is believed', async (_, answer) => {
      const { checkpointer, service, told } = openCheckpointer();
      service.interfere = () => answer;
      checkpointer.save(start('a'), { onRecorded: () => void told.faults.push('recorded') });
      await checkpointer.drain();
      expect(told.faults).toEqual([expect.objectContaining({ name: 'CheckpointError', rule: 'unanswered' })]);
      expect([told.superseded, service.calls.length]).toEqual([0, 1]);
    });

    it('needs no answer of the update that closes the execution', async () => {
      const { save, service, told } = openCheckpointer();
      service.interfere = () => ({});
      await save(closing);
      expect([told.faults, told.superseded]).toEqual([[], 0]);
    });
  });

  describe('holding', () => {
    it('lets an update that nobody waits for wait for company', async () => {
      const { checkpointer, save, clock, requests } = openCheckpointer();
      checkpointer.enqueue(start('a'));
      await clock.advance(HOLD_MS - 1);
      expect(requests()).toEqual([]);
      expect(checkpointer.isHolding).toBe(true);
      await save(succeed('a'));
      expect(requests()).toEqual([['START a', 'SUCCEED a']]);
      expect(clock.pendingMs).toEqual([]);
    });

    it('sends it alone when no company has come', async () => {
      const { checkpointer, clock, requests } = openCheckpointer();
      checkpointer.enqueue(start('a'));
      await clock.advance(HOLD_MS);
      expect(requests()).toEqual([['START a']]);
    });

    it('holds an update that comes while a request is in flight', async () => {
      const { checkpointer, save, clock, requests, told } = openCheckpointer();
      const saved = save(start('a'));
      await turns(1);
      checkpointer.enqueue(start('b'));
      await saved;
      await turns(3);
      expect(requests()).toEqual([['START a']]);
      expect([checkpointer.isHolding, told.idle]).toEqual([true, 1]);
      await clock.advance(HOLD_MS);
      expect(requests()).toEqual([['START a'], ['START b']]);
    });

    it('sends at once with a grace of 0, still what one turn brings together', async () => {
      const { checkpointer, clock, requests } = openCheckpointer({ holdMs: 0 });
      checkpointer.enqueue(start('a'));
      checkpointer.enqueue(start('b'));
      await turns(4);
      expect(requests()).toEqual([['START a', 'START b']]);
      expect(clock.delaysMs).toEqual([]);
    });

    it('holds no more than one request takes', async () => {
      const { checkpointer, service } = openCheckpointer();
      for (let at = 0; at < 250; at += 1) checkpointer.enqueue(start(`op-${at}`));
      await turns(4);
      expect(service.updates).toHaveLength(250);
    });

    it('holds again after a flush that found nothing to send', async () => {
      const { checkpointer, save, requests } = openCheckpointer();
      const saved = save(start('a'));
      await turns(1);
      checkpointer.flushSoon();
      await saved;
      checkpointer.enqueue(start('b'));
      await turns(4);
      expect(checkpointer.isHolding).toBe(true);
      expect(requests()).toEqual([['START a']]);
    });

    it('flushes on demand', async () => {
      const { checkpointer, requests } = openCheckpointer();
      checkpointer.enqueue(start('a'));
      checkpointer.flushSoon();
      await turns(4);
      expect(requests()).toEqual([['START a']]);
    });
  });

  describe('polling', () => {
    it('sends one empty request for all who ask together', async () => {
      const { checkpointer, requests } = openCheckpointer();
      await Promise.all([checkpointer.poll(), checkpointer.poll(), checkpointer.poll()]);
      expect(requests()).toEqual([[]]);
    });

    it('takes along what is queued', async () => {
      const { checkpointer, requests } = openCheckpointer();
      checkpointer.enqueue(start('a'));
      await checkpointer.poll();
      expect(requests()).toEqual([['START a']]);
    });

    it('asks anew when a poll comes after the request has left', async () => {
      const { checkpointer, requests } = openCheckpointer();
      const first = checkpointer.poll();
      await turns(1);
      await Promise.all([first, checkpointer.poll()]);
      expect(requests()).toEqual([[], []]);
    });
  });

  describe('draining', () => {
    it('resolves at once when there is nothing to send', async () => {
      const { checkpointer, requests } = openCheckpointer();
      await checkpointer.drain();
      expect(requests()).toEqual([]);
    });

    it('sends without its grace also what comes while a request is in flight', async () => {
      const { checkpointer, save, clock, requests } = openCheckpointer();
      void save(start('a'));
      await turns(1);
      const drained = checkpointer.drain();
      checkpointer.enqueue(start('b'));
      await drained;
      expect(requests()).toEqual([['START a'], ['START b']]);
      expect(clock.pendingMs).toEqual([]);
    });

    it('sends held updates without their grace and waits for everything', async () => {
      const { checkpointer, save, clock, requests } = openCheckpointer();
      const saved = save(start('a'));
      await turns(1);
      checkpointer.enqueue(start('b'));
      await checkpointer.drain();
      await saved;
      expect(requests()).toEqual([['START a'], ['START b']]);
      expect(checkpointer.isIdle).toBe(true);
      expect(clock.pendingMs).toEqual([]);
    });
  });

  describe('further pages of an answer', () => {
    async function answeredInPages() {
      const opened = openCheckpointer();
      const { service } = opened;
      for (const id of ['p1', 'p2', 'p3']) {
        service.operations.set(id, { Id: id, Type: OperationType.WAIT, Status: OperationStatus.SUCCEEDED });
      }
      service.pageItems = 1;
      service.interfere = (call) =>
        call.api === 'state'
          ? undefined
          : {
              CheckpointToken: 'token-new',
              NewExecutionState: { Operations: [service.operations.get('p1')!], NextMarker: '2' },
            };
      return opened;
    }

    it('are read with the new token before anyone goes on', async () => {
      const { save, service, state } = await answeredInPages();
      const seen: string[] = [];
      state.watch('p1', () => seen.push(`p1 with p3 ${state.get('p3')?.Status}`));
      await save(start('a'));
      expect(service.calls.map(({ api }) => api)).toEqual(['checkpoint', 'state', 'state']);
      expect(service.calls[1]!.request).toMatchObject({ CheckpointToken: 'token-new', Marker: '2', MaxItems: 1000 });
      expect(seen).toEqual(['p1 with p3 SUCCEEDED']);
    });

    it('are part of the checkpoint: a page that fails is a fault, and nobody goes on', async () => {
      const { checkpointer, save, service, told } = await answeredInPages();
      const answer = service.interfere!;
      service.interfere = (call, number) => {
        if (number === 3) throw awsError('ResourceNotFoundException', 404);
        return answer(call, number);
      };
      const saved = save(start('a'));
      expect(await isSettled(saved)).toBe(false);
      expect(told.faults).toHaveLength(1);
      expect(told.faults[0]).toBeInstanceOf(GetExecutionStateError);
      expect(checkpointer.isClosed).toBe(true);
    });
  });

  describe('a call that fails', () => {
    it('closes: nobody who waits goes on, and nothing more is sent', async () => {
      const { checkpointer, save, service, told, clock } = openCheckpointer();
      service.interfere = () => {
        throw awsError('ServiceException', 500);
      };
      const saved = save(start('a'));
      await turns(1);
      const queued = save(start('b'));
      expect(await isSettled(Promise.race([saved, queued]))).toBe(false);
      const later = [save(start('c')), checkpointer.poll(), checkpointer.flushed()];
      checkpointer.enqueue(start('d'));
      checkpointer.flushSoon();
      expect(await isSettled(Promise.race(later))).toBe(false);
      await checkpointer.drain();
      await clock.advance(HOLD_MS);
      expect(service.calls).toHaveLength(1);
      expect(told.faults).toHaveLength(1);
      expect(told.faults[0]).toBeInstanceOf(CheckpointError);
      expect(told.faults[0]).toMatchObject({ httpStatus: 500 });
    });

    it('releases whoever drains, for the fault is what decides now', async () => {
      const { checkpointer, service } = openCheckpointer();
      service.interfere = () => {
        throw awsError('ServiceException', 500);
      };
      checkpointer.enqueue(start('a'));
      await checkpointer.drain();
      expect(checkpointer.isClosed).toBe(true);
    });

    it.each<[string, () => unknown]>([
      ['throws no error', () => Promise.reject('refused')],
      ['answers nothing', () => null],
    ])('is a fault also when the client %s', async (_, answer) => {
      const { checkpointer, service, told } = openCheckpointer();
      service.interfere = answer;
      checkpointer.enqueue(start('a'));
      await checkpointer.drain();
      expect(told.faults[0]).toBeInstanceOf(CheckpointError);
    });
  });

  describe('an answer without a token', () => {
    it.each([undefined, null, ''])('(%j) ends all recording: another invocation has taken over', async (token) => {
      const { checkpointer, save, service, told, state } = openCheckpointer();
      const answer = {
        CheckpointToken: token,
        NewExecutionState: { Operations: [{ ...start('a'), Status: 'STARTED' }] },
      };
      service.interfere = () => answer;
      const saved = save(start('a'));
      await turns(1);
      const queued = save(start('b'));
      expect(await isSettled(Promise.race([saved, queued]))).toBe(false);
      expect(told).toMatchObject({ superseded: 1, faults: [] });
      expect([...state.all()]).toHaveLength(0);
      expect(service.calls).toHaveLength(1);
      expect(checkpointer.isClosed).toBe(true);
    });

    it('is meant when the execution has just been closed', async () => {
      const { checkpointer, save, service, told } = openCheckpointer();
      service.interfere = () => ({ NewExecutionState: { NextMarker: 'not to be followed' } });
      await save(closing);
      expect(told).toMatchObject({ superseded: 0, faults: [] });
      expect(service.calls).toHaveLength(1);
      expect(checkpointer.isClosed).toBe(false);
    });
  });

  it('knows whether all that is left is held for company', async () => {
    const { checkpointer } = openCheckpointer();
    expect(checkpointer.isHolding).toBe(false);
    checkpointer.enqueue(start('a'));
    expect(checkpointer.isHolding).toBe(true);
    checkpointer.flushSoon();
    expect(checkpointer.isHolding).toBe(false);
    await turns(1);
    checkpointer.enqueue(start('b'));
    expect(checkpointer.isHolding).toBe(false);
    await turns(2);
    expect(checkpointer.isHolding).toBe(true);
  });

  it('tells of the call that is on its way, until it is closed', async () => {
    const { checkpointer } = openCheckpointer();
    expect(checkpointer.awaited).toBeUndefined();
    checkpointer.save(start('a'));
    await turns(1);
    expect(checkpointer.awaited?.purpose).toBe('START of STEP "a"');
    checkpointer.close();
    expect(checkpointer.awaited).toBeUndefined();
  });

  it.each<[what: string, answer: () => unknown]>([
    ['an answer', () => undefined],
    [
      'a failure',
      () => {
        throw awsError('ServiceException', 500);
      },
    ],
  ])('tells nobody of %s that comes when it is closed', async (_what, answer) => {
    const { checkpointer, service, told } = openCheckpointer();
    const saved: string[] = [];
    const close = deferred();
    service.interfere = async () => {
      await close.promise;
      return answer();
    };
    checkpointer.save(start('a'), { onRecorded: () => saved.push('a') });
    await turns(2);
    checkpointer.close();
    close.resolve();
    await turns(6);
    expect([saved, told.faults, told.idle]).toEqual([[], [], 0]);
  });

  it('takes nothing more once it is closed', () => {
    const { checkpointer } = openCheckpointer();
    checkpointer.close();
    checkpointer.enqueue(start('a'));
    expect(checkpointer.isIdle).toBe(true);
    checkpointer.save(start('b'));
    expect(checkpointer.isIdle).toBe(true);
    void checkpointer.poll();
    expect(checkpointer.isIdle).toBe(true);
  });

  it('makes no empty request when all has been sent and answered within the turn', async () => {
    const service = new StrictService();
    service.checkpoint = MemoryService.prototype.checkpoint.bind(service) as StrictService['checkpoint'];
    const { checkpointer, requests } = openCheckpointer({ service });
    checkpointer.save(start('0'));
    for (let at = 1; at < CHECKPOINT_UPDATES; at += 1) checkpointer.enqueue(start(String(at)));
    await turns(3);
    expect(requests().map(({ length }) => length)).toEqual([CHECKPOINT_UPDATES]);
    expect(checkpointer.isIdle).toBe(true);
  });

  it('does not tell that nothing is left while a full request is sent because of an answer', async () => {
    const { checkpointer, told } = openCheckpointer();
    for (let at = 0; at < 2 * CHECKPOINT_UPDATES; at += 1) checkpointer.enqueue(start(String(at)));
    await turns(2);
    expect([told.idle, checkpointer.isIdle]).toEqual([0, false]);
    await turns(2);
    expect([told.idle, checkpointer.isIdle]).toEqual([1, true]);
  });

  it('fails when pages of state that are read with the token do', async () => {
    const pages = deferred();
    const { checkpointer, told, requests } = openCheckpointer({ ready: pages.promise });
    checkpointer.save(start('a'));
    const fault = GetExecutionStateError.fromException(new Error('no page'));
    pages.reject(fault);
    await turns(2);
    expect(told.faults).toEqual([fault]);
    expect([checkpointer.isClosed, requests()]).toEqual([true, []]);
  });

  describe('ends on their way', () => {
    const endOf = (position: number, members: Partial<RecordedEnd> = {}): RecordedEnd => {
      const id = Object.assign(operationIdAt(undefined, position), { wire: String(position) });
      return { id, isKnownBefore: true, isDelivered: false, ...members };
    };
    /** A checkpointer with a request in flight that brings these ends, behind the starts of four operations. */
    const withInFlight = async (...ends: RecordedEnd[]) => {
      const opened = openCheckpointer();
      for (const position of ['1', '2', '3', '4']) opened.checkpointer.enqueue(start(position));
      for (const end of ends) opened.checkpointer.save(succeed(end.id.wire), { end });
      opened.checkpointer.flushSoon();
      await turns(1);
      return opened;
    };

    it('are recorded in the order of the calls', async () => {
      const [first, second] = [endOf(2), endOf(3)];
      const { checkpointer } = await withInFlight(second, first);
      expect([first, second].map((end) => checkpointer.isFirstToBeRecorded(end))).toEqual([true, false]);
    });

    it('are recorded behind those in flight that have not been delivered', async () => {
      const { checkpointer } = await withInFlight(endOf(3));
      expect(checkpointer.isFirstToBeRecorded(endOf(2))).toBe(false);
    });

    it.each<[what: string, inFlight: RecordedEnd[]]>([
      ['has been delivered', [endOf(3, { isDelivered: true })]],
      ['ends an operation', []],
    ])('are judged by what is queued, where nothing in flight %s', async (what, inFlight) => {
      const { checkpointer } = await withInFlight(...inFlight);
      const queued = endOf(2);
      checkpointer.enqueue(succeed('2'), { end: queued });
      expect([what, checkpointer.isFirstToBeRecorded(queued)]).toEqual([what, true]);
      checkpointer.enqueue(succeed('1'), { end: endOf(1, { isKnownBefore: false }) });
      expect([what, checkpointer.isFirstToBeRecorded(queued)]).toEqual([what, false]);
    });

    it('are judged by what is queued, once the request is answered', async () => {
      const { checkpointer } = await withInFlight(endOf(3));
      await turns(2);
      const queued = endOf(2);
      checkpointer.enqueue(succeed('2'), { end: queued });
      expect(checkpointer.isFirstToBeRecorded(queued)).toBe(true);
    });

    it('let others that were called before wait for a later request, once they are delivered early', async () => {
      const { checkpointer, requests } = await withInFlight();
      const early = endOf(3);
      checkpointer.enqueue(succeed('3'), { end: early });
      checkpointer.deliveredEarly(early);
      checkpointer.save(succeed('2'), { end: endOf(2) });
      await turns(8);
      expect(requests().slice(1)).toEqual([['SUCCEED 3'], ['SUCCEED 2']]);
    });

    it('let nobody wait for a later request when they are in flight', async () => {
      const inFlight = endOf(3);
      const { checkpointer, requests } = await withInFlight(inFlight);
      checkpointer.deliveredEarly(inFlight);
      checkpointer.enqueue(succeed('4'), { end: endOf(4) });
      checkpointer.save(succeed('2'), { end: endOf(2) });
      await turns(8);
      expect(requests().slice(1)).toEqual([['SUCCEED 2', 'SUCCEED 4']]);
    });
  });

  it('resolves a flush only when everything so far is saved', async () => {
    const { checkpointer, requests } = openCheckpointer();
    checkpointer.enqueue(start('a'));
    await checkpointer.flushed();
    expect(requests()).toEqual([['START a']]);
  });

  it('sends nothing once it is closed, not even what is due this turn', async () => {
    const { checkpointer, service, clock } = openCheckpointer();
    checkpointer.enqueue(start('a'));
    checkpointer.flushSoon();
    checkpointer.close();
    await clock.advance(HOLD_MS);
    expect(service.calls).toEqual([]);
    expect(clock.pendingMs).toEqual([]);
  });

  it('tells when nothing is left that anyone waits for', async () => {
    const { save, told } = openCheckpointer();
    await save(start('a'));
    expect(told.idle).toBe(1);
  });
});
