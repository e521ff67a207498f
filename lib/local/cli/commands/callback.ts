import { callbackText } from '../../../wire/callback-value.js';
import { CliError, usageError } from '../cli-error.js';
import type { Command, CommandContext, OptionValues } from '../command.js';
import { ERROR_OPTIONS, errorObjectOf } from '../error-options.js';
import { findCallbackId } from '../open-callbacks.js';
import { contentOption, jsonOption } from '../option-values.js';
import { ServiceRefusal } from '../service-client.js';

export const callback: Command = {
  summary: 'complete a callback, or keep it alive',
  positionals: '<succeed | fail | heartbeat> <callback id, or execution and name>',
  minPositionals: 2,
  maxPositionals: 3,
  options: {
    value: {
      type: 'string',
      value: 'JSON',
      description: 'what the callback succeeds with, as a value for functions of this package; or @FILE',
    },
    result: {
      type: 'string',
      mayBeEmpty: true,
      value: 'TEXT',
      description: "the same as text, which the callback's serdes reads if it has one; or @FILE",
    },
    ...ERROR_OPTIONS,
  },
  examples: [
    `nestjs-durable callback succeed order-7 approval --value '{"approved":true}'`,
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
    options: ['value', 'result'],
    body: resultOf,
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
    if (isClosed(error)) throw new CliError('The callback is not open: it has been completed, or has timed out.');
    if (isNoCallbackId(error)) throw new CliError(noCallbackId(name, reference));
    throw error;
  });
  terminal.print(json ? '{}' : action.done);
}

/** A value is marked as one: without a serdes, the text of other senders stays text, as under the official SDK. */
function resultOf(values: OptionValues): string | undefined {
  if ('value' in values && 'result' in values) throw usageError('Pass --value or --result, not both.');
  const json = jsonOption(values, 'value');
  return json === undefined ? contentOption(values, 'result') : callbackText(JSON.parse(json));
}

function isAction(name: string): name is keyof typeof ACTIONS {
  return Object.hasOwn(ACTIONS, name);
}

function noCallbackId(action: string, reference: string): string {
  return (
    `${reference} is no callback id. If it is an execution, name its callback too, as in ` +
    `"nestjs-durable callback ${action} ${reference} approval": "nestjs-durable history ${reference}" lists the callbacks.`
  );
}

function isNoCallbackId(error: unknown): boolean {
  return error instanceof ServiceRefusal && /callback ?id/i.test(error.message);
}

function isClosed(error: unknown): boolean {
  return error instanceof ServiceRefusal && error.code === 'CallbackTimeoutException';
}
