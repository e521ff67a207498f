import type { ParamsFactory } from '@nestjs/core';
import { BODY_PARAMETER } from '../durable-execution.constants.js';

/** Fills parameters without a request: the input replaces the body of one. */
export class InputParamsFactory implements ParamsFactory {
  exchangeKeyForValue(type: number, property: unknown, [input]: unknown[]): unknown {
    if (type !== BODY_PARAMETER) return undefined;
    return typeof property === 'string' ? (input as Record<string, unknown> | undefined)?.[property] : input;
  }
}
