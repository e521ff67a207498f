import type { ExecutionContext } from '@nestjs/common';
import { isUnrecoverableError } from '../../engine/adapter.js';
import { textOf } from '../../wire/thrown.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { guardLacksData } from './execution.messages.js';
import { isPromiseLike } from '../is-promise-like.js';
import type { Guard } from './guard.js';
import { nameOf } from './name-of.js';
import type { NestTools } from './nest-tools.js';
import { WithheldResponse } from './withheld-response.js';

interface Judge {
  refused(guard: Guard, reason: unknown): true | Promise<true>;
  judged: NestTools['judged'];
}

interface Given {
  /** Called after a refusal: what the guard that refuses now had done then is done again, if possible without waiting. */
  restore(): unknown;
  nest: NestTools;
}

/** The same guards, after admission: they run, and no refusal counts. */
export function effectsOf(guards: readonly Guard[], { restore, nest }: Given): Guard[] {
  const refused: Judge['refused'] = (guard, reason) => {
    // An error that states its scope is not a refusal: the invocation, or the execution, must end.
    if (isUnrecoverableError(reason)) throw reason;
    if (reason instanceof DurableConfigurationError) nest.warn(guardLacksData(nameOf(guard), reason.message));
    else nest.debug(`${nameOf(guard)} refuses after the execution was admitted: ${textOf(reason)}`);
    const restoring = restore();
    return !isPromiseLike(restoring) || Promise.resolve(restoring).then(() => true);
  };
  const judge = { refused, judged: nest.judged };
  return guards.map((guard) => ({ canActivate: (context) => effectOf(guard, context as ExecutionContext, judge) }));
}

/** Runs a guard synchronously, as Nest does; whatever it returns or sends, the chain continues. */
function effectOf(guard: Guard, context: ExecutionContext, { refused, judged }: Judge): unknown {
  const withheld =
    context.getType() === 'http' ? new WithheldResponse(context.switchToHttp().getResponse()) : undefined;
  const judge = (verdict: unknown): true | Promise<true> => {
    const reason = withheld?.refuses ? 'by a response of its own' : verdict;
    const isRefused = reason !== verdict || !verdict;
    withheld?.release(isRefused);
    return isRefused ? refused(guard, reason) : true;
  };
  const failed = (error: unknown): true | Promise<true> => {
    withheld?.release(true);
    return refused(guard, error);
  };
  let answer: unknown;
  try {
    answer = guard.canActivate(context);
  } catch (error) {
    return failed(error);
  }
  if (typeof answer === 'boolean') return judge(answer);
  const undecided = withheld ? [withheld.undecided] : [];
  return judged(answer, (verdict) => Promise.race([verdict, ...undecided]).then(judge, failed));
}
