import { type ExecutionContext, Logger } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import { isUnrecoverableError } from '../../engine/adapter.js';
import { textOf } from '../../wire/thrown.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { guardLacksData } from '../execution.messages.js';
import type { Guard } from './guard.js';
import { nameOf } from './name-of.js';
import { WithheldResponse } from './withheld-response.js';

const LOG = 'DurableExecution';

type Refused = (guard: Guard, reason: unknown) => Promise<true>;

/**
 * The same guards, after admission: they run, and no refusal counts.
 * @param restore - called after a refusal: what the guard that refuses now had done then is done again
 */
export function effectsOf(guards: readonly Guard[], restore: () => Promise<void>): Guard[] {
  const refused: Refused = async (guard, reason) => {
    // An error that states its scope is not a refusal: the invocation, or the execution, must end.
    if (isUnrecoverableError(reason)) throw reason;
    if (reason instanceof DurableConfigurationError) Logger.warn(guardLacksData(nameOf(guard), reason.message), LOG);
    else Logger.debug(`${nameOf(guard)} refuses after the execution was admitted: ${textOf(reason)}`, LOG);
    await restore();
    return true;
  };
  return guards.map((guard) => ({ canActivate: (context) => effectOf(guard, context as ExecutionContext, refused) }));
}

/** Runs a guard synchronously, as Nest does; whatever it returns or sends, the chain continues. */
function effectOf(guard: Guard, context: ExecutionContext, refused: Refused): unknown {
  const withheld =
    context.getType() === 'http' ? new WithheldResponse(context.switchToHttp().getResponse()) : undefined;
  const judge = (verdict: unknown): true | Promise<true> => {
    const isRefused = withheld?.wasSent || !verdict;
    withheld?.release(isRefused);
    return isRefused ? refused(guard, withheld?.wasSent ? 'by a response of its own' : verdict) : true;
  };
  const failed = (error: unknown): Promise<true> => {
    withheld?.release(true);
    return refused(guard, error);
  };
  try {
    const answer = guard.canActivate(context);
    if (typeof answer === 'boolean') return judge(answer);
    return Promise.race([verdictOf(answer), ...(withheld ? [withheld.sent] : [])]).then(judge, failed);
  } catch (error) {
    return failed(error);
  }
}

async function verdictOf(answer: unknown): Promise<unknown> {
  const value = isObservable(answer) ? answer : await answer;
  return isObservable(value) ? lastValueFrom(value) : value;
}
