import { NestMetadata } from '../durable-execution.constants.js';
import type { HandlerMethod } from './discovered-handler.js';
import { methodNameOf } from './method-name.js';
import { describedParameters } from './method-marks.js';

/** `@Res()` and `@Next()` without passthrough, by Nest's numbers for them: Nest sends nothing then. */
export function answersItself(host: object, method: HandlerMethod): boolean {
  const name = methodNameOf(method);
  if (Reflect.getMetadata(NestMetadata.PASSTHROUGH, host, name)) return false;
  return Object.keys(describedParameters(host, name)).some((key) => /^[12]:/.test(key));
}
