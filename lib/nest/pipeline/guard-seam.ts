import type { ExternalContextCreator } from '@nestjs/core';
import { durableOptionsOf } from '../discovery/method-marks.js';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { unknownNest } from './pipeline.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { Guard } from './guard.js';
import { currentScope } from './current-scope.js';
import { passGuards } from './pass-guards.js';
import { replaceMethod } from './replace-method.js';

const SEAM = Symbol.for('nestjs-durable-execution:guard-seam');

type TryActivate = (
  this: unknown,
  ...call: [guards: readonly Guard[], args: unknown[], instance: object, callback: HandlerMethod, type: string]
) => Promise<boolean>;

/**
 * Nest runs all guards of all routes in one method, with the finished list of their instances. Only there this package
 * decides what guards mean for an execution. No guard is changed, however it was created.
 *
 * @throws {DurableConfigurationError} when this version of Nest has no such method: guards that did not run as expected
 *   must not count as passed
 */
export function installGuardSeam(contexts: ExternalContextCreator): void {
  const replaced = { of: 'guardsConsumer', method: 'tryActivate', mark: SEAM } as const;
  if (replaceMethod(contexts, replaced, admitting) !== 5) throw new DurableConfigurationError(unknownNest());
}

function admitting(tryActivate: TryActivate): TryActivate {
  return function (guards, args, instance, callback, type) {
    const ask = (asked: readonly Guard[]) => tryActivate.call(this, asked, args, instance, callback, type);
    const scope = currentScope();
    const options = scope && durableOptionsOf(callback);
    if (!options) return ask(guards);
    return passGuards(scope, { guards, args, host: instance, method: callback, options, ask });
  };
}
