import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { isObservable, lastValueFrom, of } from 'rxjs';
import { InvocationError } from '../../engine/base/errors/invocation-error.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { ExecutionState } from '../../engine/state/execution-state.js';
import { Admission, GUARDS_STEP } from './admission.js';
import type { Guard } from './guard.js';
import { nestTools } from './nest-tools.js';

type Operation = Record<string, unknown>;

const EXECUTION = { Type: 'EXECUTION', Status: 'STARTED' };
const guards = (Status: string, Result?: string) => ({
  Type: 'STEP',
  Name: GUARDS_STEP,
  Status,
  StepDetails: { Result },
});
const STEP = { Type: 'STEP', Name: 'charge', Status: 'STARTED' };

function admissionOf(operations: Operation[], saved?: unknown) {
  const step = jest.fn(async (_name: string, body: () => Promise<unknown>) => (saved === undefined ? body() : saved));
  const invocation = { context: { step } } as unknown as DurableInvocation;
  const state = { all: () => [EXECUTION, ...operations] } as unknown as ExecutionState;
  return { admission: new Admission(invocation, state), step };
}

/** Runs guards as Nest does. */
async function ask(all: readonly Guard[]): Promise<boolean> {
  for (const guard of all) {
    const answer = guard.canActivate({ getType: () => 'durable' });
    if (!(await (isObservable(answer) ? lastValueFrom(answer) : answer))) return false;
  }
  return true;
}

const pass = (admission: Admission, all: Guard[], request: object = {}) =>
  admission.pass({ guards: all, request, isHttp: true, call: {}, options: undefined, ask, nest: nestTools });

describe('Admission', () => {
  beforeEach(() => void jest.spyOn(Logger, 'debug').mockReturnValue());
  afterEach(() => void jest.restoreAllMocks());

  it.each<[string, Operation[], boolean]>([
    ['nothing', [], false],
    ['guards that were interrupted', [guards('STARTED')], false],
    ['guards', [guards('SUCCEEDED', '{}')], true],
    ['a step of the handler', [STEP], true],
    ['interrupted guards beside more', [guards('PENDING'), STEP], false],
  ])('with %s saved', (_what, operations, isAdmitted) => {
    expect(admissionOf(operations).admission.isAdmitted).toBe(isAdmitted);
  });

  it('lets the verdict count at first: what refuses saves nothing', async () => {
    const { admission, step } = admissionOf([]);
    expect(await pass(admission, [{ canActivate: () => false }])).toBe(false);
    await expect(pass(admission, [{ canActivate: () => Promise.reject(new Error('no')) }])).rejects.toThrow('no');
    expect(step).not.toHaveBeenCalled();
  });

  it('saves nothing where guards have put nothing on the request', async () => {
    const { admission, step } = admissionOf([]);
    expect(await pass(admission, [{ canActivate: () => true }])).toBe(true);
    expect(step).not.toHaveBeenCalled();
  });

  it.each<[string, () => unknown]>([
    ['false', () => false],
    ['a promise of false', async () => false],
    ['an observable of false', () => of(false)],
    ['a promise of an observable', async () => of(false)],
    [
      'an error',
      () => {
        throw new Error('expired');
      },
    ],
    ['a rejection', () => Promise.reject(new Error('expired'))],
  ])('ignores %s afterwards, and gives back what was saved to the guards that follow', async (_what, canActivate) => {
    const saved = { data: { user: { json: { id: 7 } } } };
    const { admission } = admissionOf([guards('SUCCEEDED', JSON.stringify(saved))], saved);
    const request: { user?: unknown } = {};
    let seen: unknown;
    const last = { canActivate: () => ((seen = request.user), true) };
    expect(await pass(admission, [{ canActivate }, last], request)).toBe(true);
    expect([seen, request.user]).toEqual([{ id: 7 }, { id: 7 }]);
  });

  it('asks every guard synchronously up to the first that is not, as Nest does', async () => {
    const { admission } = admissionOf([STEP]);
    let isSynchronous = false;
    const passing = pass(admission, [{ canActivate: () => (isSynchronous = true) }]);
    expect(isSynchronous).toBe(true);
    await passing;
  });

  it('lets a failure through that states its scope', async () => {
    const { admission } = admissionOf([STEP]);
    const away = { canActivate: () => Promise.reject(new InvocationError('the key server is away')) };
    await expect(pass(admission, [away])).rejects.toThrow('the key server is away');
  });

  it('lets a step that an earlier version has saved take its place, though no guard is asked any more', () => {
    const { admission, step } = admissionOf([guards('SUCCEEDED', 'null')], null);
    admission.handlerIsNext();
    admission.handlerIsNext();
    expect(step).toHaveBeenCalledTimes(1);
  });
});
