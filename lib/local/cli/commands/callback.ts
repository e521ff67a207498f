import { CliError, usageError } from '../cli-error.js';
import type { Command, CommandContext, OptionValues } from '../command.js';
import { ERROR_OPTIONS, errorObjectOf } from '../error-options.js';
import { findCallbackId } from '../open-callbacks.js';
import { contentOption } from '../option-values.js';
import { ServiceRefusal } from '../service-client.js';

export const callback: Command = {
  summary: 'complete a callback, or keep it alive',
  positionals: '<succeed | fail | heartbeat> <callback id, or execution and name>',
  minPositionals: 2,
  maxPositionals: 3,
  options: {
    result: { type: 'string', value: 'TEXT', description: 'what the callback succeeds with, mostly JSON, or @FILE' },
    ...ERROR_OPTIONS,
  },
  examples: [
    `nestjs-durable callback succeed order-7 approval --result '{"approved":true}'`,
    'nestjs-durable callback fail order-7 approval --error-type Denied --error-message "too expensive"',
    'nestjs-durable callback heartbeat YjFmM…',
  ],
  run,
};

interface Action {
  /** The options that apply to it. */
  options: readonly string[];
  body: (values: OptionValues) => string | undefined;
  done: string;
}

const ACTIONS = {
  succeed: {
    options: ['result'],
    body: (values) => contentOption(values, 'result'),
    done: 'The callback has succeeded.',
  },
  fail: {
    options: Object.keys(ERROR_OPTIONS),
    body: (values) => JSON.stringify(errorObjectOf(values)),
    done: 'The callback has failed.',
  },
  heartbeat: { options: [], body: () => undefined, done: 'The callback has been kept alive.' },
} as const satisfies Record<string, Action>;

async function run({ positionals, values, json, terminal, client }: CommandContext): Promise<void> {
  const [name = '', reference = '', callbackName] = positionals;
  if (!isAction(name)) throw usageError(`callback takes succeed, fail or heartbeat, not ${name}.`);
  const action: Action = ACTIONS[name];
  const misplaced = Object.keys(callback.options).find(
    (option) => option in values && !action.options.includes(option),
  );
  if (misplaced !== undefined) throw usageError(`--${misplaced} has no meaning for callback ${name}.`);
  const callbackId = callbackName === undefined ? reference : await findCallbackId(client, reference, callbackName);
  await client.completeCallback(callbackId, name, action.body(values)).catch((error: unknown) => {
    throw isClosed(error) ? new CliError('The callback is not open: it has been completed, or has timed out.') : error;
  });
  terminal.print(json ? '{}' : action.done);
}

function isAction(name: string): name is keyof typeof ACTIONS {
  return Object.hasOwn(ACTIONS, name);
}

function isClosed(error: unknown): boolean {
  return error instanceof ServiceRefusal && error.code === 'CallbackTimeoutException';
}
