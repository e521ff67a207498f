import { nodeModule } from '../../../node-module.js';

const { inspect, types } = nodeModule('node:util');

const SHORT = {
  depth: 1,
  breakLength: Infinity,
  compact: true,
  customInspect: false,
  maxArrayLength: 5,
  maxStringLength: 100,
} as const;

/**
 * A value as messages show it: short, whatever it is, and alike on every run. So it must not tell the state of a promise,
 * which depends on the moment.
 */
export function shown(value: unknown): string {
  if (types.isPromise(value)) return 'a promise';
  try {
    return inspect(value, SHORT).replace(/Promise \{.*/s, 'Promise …');
  } catch {
    return 'a value that cannot be shown';
  }
}
