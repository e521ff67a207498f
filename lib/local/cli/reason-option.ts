import type { CommandOption } from './command.js';

/** The option of commands whose reason is recorded in the history. */
export const REASON_OPTION: Readonly<Record<string, CommandOption>> = {
  reason: { type: 'string', mayBeEmpty: true, value: 'TEXT', description: 'the reason; the history records it' },
};
