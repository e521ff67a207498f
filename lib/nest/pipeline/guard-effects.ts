import { Logger } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import { isUnrecoverableError } from '../../engine/adapter.js';
import { textOf } from '../../wire/thrown.js';
import type { Guard } from './guard.js';
import { nameOf } from './name-of.js';

type Refused = (guard: Guard, reason: unknown) => Promise<true>;

/**
 * The same guards, after admission: they run, and no refusal counts.
 * @param restore - called after a refusal: what the guard that refuses now had done then is done again
 */
export function effectsOf(guards: readonly Guard[], restore: () => Promise<void>): Guard[] {
  const refused: Refused = async (guard, reason) => {
    // An error that states its scope is not a refusal: the invocation, or the execution, must end.
    if (isUnrecoverableError(reason)) throw reason;
    Logger.debug(`${nameOf(guard)} refuses after the execution was admitted: ${textOf(reason)}`, 'DurableExecution');
    await restore();
    return true;
  };
  return guards.map((guard) => ({ canActivate: (context) => effectOf(guard, context, refused) }));
}

/** Runs a guard synchronously, as Nest does; whatever it returns, the chain continues. */
function effectOf(guard: Guard, context: unknown, refused: Refused): unknown {
  const judge = (verdict: unknown): true | Promise<true> => (verdict ? true : refused(guard, verdict));
  const failed = (error: unknown): Promise<true> => refused(guard, error);
  try {
    const answer = guard.canActivate(context);
    return typeof answer === 'boolean' ? judge(answer) : verdictOf(answer).then(judge, failed);
  } catch (error) {
    return failed(error);
  }
}

async function verdictOf(answer: unknown): Promise<unknown> {
  const value = isObservable(answer) ? answer : await answer;
  return isObservable(value) ? lastValueFrom(value) : value;
}
