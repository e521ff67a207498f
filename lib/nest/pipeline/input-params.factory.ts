import type { ParamsFactory } from '@nestjs/core';
import { BODY_PARAMETER } from '../durable-execution.constants.js';

/** Fills parameters where no request has called: the input stands for the body of one. */
export class InputParamsFactory implements ParamsFactory {
  exchangeKeyForValue(type: number, property: unknown, [input]: unknown[]): unknown {
    if (type !== BODY_PARAMETER) return undefined;
    return typeof property === 'string' ? (input as Record<string, unknown> | undefined)?.[property] : input;
  }
}
