import { NestMetadata } from '../durable-execution.constants.js';

const DESCRIBED = 'nestjs-durable-execution:described';

export interface MethodPlace {
  target: object;
  key: string | symbol;
}

/**
 * Describes the parameters of a method, if it has no parameter decorators. Those run before the decorators of their
 * method, so an absent one was left out.
 * @param isDefault - whether another decorator of the method may describe them, in any order
 */
export function describeParameters(
  { target, key }: MethodPlace,
  parameters: readonly ParameterDecorator[],
  { isDefault = false } = {},
): void {
  const host = target.constructor;
  if (Reflect.hasMetadata(DESCRIBED, host, key) && !isDefault) {
    Reflect.deleteMetadata(NestMetadata.PARAMETERS, host, key);
  } else if (Reflect.hasMetadata(NestMetadata.PARAMETERS, host, key)) {
    return;
  }
  parameters.forEach((describe, index) => describe(target, key, index));
  if (isDefault) Reflect.defineMetadata(DESCRIBED, true, host, key);
}
