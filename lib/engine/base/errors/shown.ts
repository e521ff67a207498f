import { nodeModule } from '../../../node-module.js';
import { handled } from '../handled.js';

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
 * A wrong value in messages: short, and the same on every run. So it must not show the state of a promise, which depends
 * on timing. Nothing else awaits a promise in place of a value, so its rejection would end the process.
 */
export function shown(value: unknown): string {
  try {
    if (types.isPromise(value)) {
      void handled(value);
      return 'a promise';
    }
    return inspect(value, SHORT).replace(/Promise \{.*/s, 'Promise …');
  } catch {
    return 'a value that cannot be shown';
  }
}

/** What should be a text, in messages: what JavaScript gives may be anything until it is checked. */
export function shownText(text: unknown): string {
  return typeof text === 'string' ? text : shown(text);
}
