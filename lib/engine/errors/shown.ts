import { inspect } from 'node:util';

const SHORT = {
  depth: 1,
  breakLength: Infinity,
  compact: true,
  customInspect: false,
  maxArrayLength: 5,
  maxStringLength: 100,
} as const;

/** A value as messages show it: short, and whatever it is. Runs no code of the value's own but may still be refused one. */
export function shown(value: unknown): string {
  try {
    return inspect(value, SHORT);
  } catch {
    return 'a value that cannot be shown';
  }
}
