import type { ApplicationConfig } from '@nestjs/core';
import type { DurableOptions } from '../decorators/durable-options.js';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { NestMetadata } from '../durable-execution.constants.js';
import { memberOf } from '../../wire/thrown.js';
import { durableArgumentsOf } from './durable-arguments.js';
import type { Guard } from './guard.js';
import type { InvocationScope } from './invocation-scope.js';
import { nameOf } from './name-of.js';
import { nestTools } from './nest-tools.js';
import { observedGuard } from './stage-seam.js';

/** A call of a durable method, when Nest is about to run its guards. */
export interface GuardedMethod {
  guards: readonly Guard[];
  args: readonly unknown[];
  host: object;
  method: HandlerMethod;
  options: DurableOptions;
  ask(guards: readonly Guard[]): Promise<boolean>;
}

/** Runs the guards of a durable method for an execution. */
export async function passGuards(scope: InvocationScope, call: GuardedMethod): Promise<boolean> {
  const { host, method, options } = call;
  // Before the guards may save anything.
  if (scope.refusesToRun(host.constructor, method, options)) return new Promise(() => undefined);
  scope.guardsAreOf(method, options);
  const { settings, admission, progress } = scope;
  progress.approaches();
  const [first] = call.args;
  const guards = scope.route === 'direct' ? guardsOfDirectCall(scope, call) : call.guards;
  const hasPassed = await admission.pass({
    guards: guards.map(observedGuard),
    // Without an HTTP request guards receive the input instead.
    request: typeof first === 'object' && first !== null ? first : undefined,
    isHttp: scope.route === 'http',
    call: durableArgumentsOf(scope),
    options: options.admission ?? settings.admission,
    ask: call.ask,
    nest: nestTools,
  });
  if (hasPassed) progress.guardsPassed();
  return hasPassed;
}

/** Global guards are often made for HTTP, and a direct call has no request: they can be excluded. */
function guardsOfDirectCall(scope: InvocationScope, call: GuardedMethod): readonly Guard[] {
  const count = countOfGlobals(scope.config, call);
  const withoutGlobals = scope.settings.direct?.globalGuards === false;
  const guards = scope.admission.isAdmitted
    ? call.guards
    : call.guards.map((guard, index) => explained(guard, scope, index < count));
  return withoutGlobals ? guards.slice(count) : guards;
}

/**
 * Nest lists the global guards first, and then those of the class and of the method. Those of the class are not found if
 * a class decorator has replaced it, so there are never more than the application has.
 */
function countOfGlobals(config: ApplicationConfig, { guards, host, method }: GuardedMethod): number {
  const own = [host.constructor, method].flatMap(
    (target) => (Reflect.getMetadata(NestMetadata.GUARDS, target) as unknown[] | undefined) ?? [],
  );
  const most = config.getGlobalGuards().length + config.getGlobalRequestGuards().length;
  return Math.max(0, Math.min(most, guards.length - own.length));
}

/**
 * The same guard; the scope learns if it has refused for lack of a request. A verdict of a guard of the method or its
 * class is meant for direct calls too, but its `TypeError` may come from reading a request.
 */
function explained(guard: Guard, scope: InvocationScope, isGlobal: boolean): Guard {
  const refused = (): void => void (scope.refusingGuard = { name: nameOf(guard), isGlobal });
  const decided = (verdict: unknown): unknown => {
    if (!verdict && isGlobal) refused();
    return verdict;
  };
  const failed = (error: unknown): never => {
    if (isGlobal || memberOf(error, 'name') === 'TypeError') refused();
    throw error;
  };
  const canActivate = (context: unknown): unknown => {
    try {
      const answer = guard.canActivate(context);
      // Nest goes on synchronously after a boolean only.
      if (typeof answer === 'boolean') return decided(answer);
      return nestTools.judged(answer, (verdict) => verdict.then(decided, failed));
    } catch (error) {
      return failed(error);
    }
  };
  // It keeps the name of the guard's class.
  return Object.create(guard, { canActivate: { value: canActivate } }) as Guard;
}
