import { nodeModule } from '../../node-module.js';
import { DurablePromise } from './durable-promise.js';

const { types } = nodeModule('node:util');

/** Whether a value can contain settings: a promise or a list has none of them, so all would silently be left out. */
export function isSettingsObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPromise(value);
}

/** A promise, or that of an operation. Also of a value that cannot be read, such as a revoked proxy. */
export function isPromise(value: unknown): boolean {
  try {
    return types.isPromise(value) || value instanceof DurablePromise;
  } catch {
    return false;
  }
}
