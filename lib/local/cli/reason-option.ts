import type { CommandOption } from './command.js';

/** Option of the commands whose reason the history keeps. */
export const REASON_OPTION: Readonly<Record<string, CommandOption>> = {
  reason: { type: 'string', value: 'TEXT', description: 'why; the history keeps it' },
};
