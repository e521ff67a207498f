import { NestMetadata } from '../durable-execution.constants.js';
import { describedParameters } from '../discovery/method-marks.js';

const DESCRIBED = 'nestjs-durable-execution:described';

export interface MethodPlace {
  target: object;
  key: string | symbol;
}

/**
 * Describes the parameters of a method, if it has no parameter decorators. Those run before the decorators of their
 * method, so an absent one was left out. A method that overrides one with parameter decorators inherits them.
 * @param isDefault - whether another decorator of the method may describe them, in any order
 */
export function describeParameters(
  { target, key }: MethodPlace,
  parameters: readonly ParameterDecorator[],
  { isDefault = false } = {},
): void {
  const host = target.constructor;
  const describing = describingClass(host, key);
  if (describing && !isByDefault(describing, key)) {
    if (describing === host) dropOverridden(host, key);
    return;
  }
  if (describing === host && isDefault) return;
  // Decorators add to what is there.
  Reflect.defineMetadata(NestMetadata.PARAMETERS, {}, host, key);
  parameters.forEach((describe, index) => describe(target, key, index));
  Reflect.defineMetadata(DESCRIBED, true, host, key);
}

/** The class whose description of a method's parameters is the nearest: its own, or one that it extends. */
function describingClass(host: object, key: string | symbol): object | undefined {
  let level: unknown = host;
  while (typeof level === 'function') {
    if (Reflect.hasOwnMetadata(NestMetadata.PARAMETERS, level, key)) return level;
    level = Object.getPrototypeOf(level);
  }
  return undefined;
}

function isByDefault(describing: object, key: string | symbol): boolean {
  return Reflect.hasOwnMetadata(DESCRIBED, describing, key);
}

/**
 * Parameter decorators add to those of the method that is overridden; in Nest 11 also at the same position. It extracts
 * both values then, and passes the one that its pipes return last.
 */
function dropOverridden(host: object, key: string | symbol): void {
  const parent = Object.getPrototypeOf(host) as object;
  const describing = describingClass(parent, key);
  if (!describing) return;
  const overridden = describedParameters<Parameter>(describing, key);
  const all = Object.entries(describedParameters<Parameter>(host, key));
  const own = all.filter(([name, parameter]) => overridden[name] !== parameter);
  const positions = new Set(own.map(([, { index }]) => index));
  const inherited = isByDefault(describing, key) ? [] : all.filter(([, { index }]) => !positions.has(index));
  Reflect.defineMetadata(NestMetadata.PARAMETERS, Object.fromEntries([...inherited, ...own]), host, key);
}

interface Parameter {
  index: number;
}
