import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../../wire/thrown.js';
import { CliError, usageError } from '../cli-error.js';
import type { Command, CommandContext } from '../command.js';
import { resolveExecution } from '../execution-reference.js';
import { outputToStderr } from '../output-to-stderr.js';
import { oneLine } from '../terminal-style.js';
import type { Terminal } from '../terminal.js';

type Handler = (event: never, context: never) => unknown;
/** Loaded when it is used, and only by this command: the local service does not need it. */
type TestingKit = typeof import('../../../testing/index.js');
type ReplayReport = Awaited<ReturnType<TestingKit['replayHistory']>>;
type ReplayFinding = ReplayReport['findings'][number];

/** A history that was replayed. */
interface Replayed extends ReplayReport {
  history: string;
}

export const replay: Command = {
  summary: "run today's code against recorded histories, before a deployment",
  positionals: '<module[#export]> <file, arn, name or id…>',
  minPositionals: 2,
  maxPositionals: Infinity,
  options: {
    'ignore-inputs': {
      type: 'boolean',
      description: 'do not compare the inputs of recorded invokes, waits and callbacks',
    },
  },
  examples: [
    'nestjs-durable replay ./dist/lambda.js histories/*.json',
    'nestjs-durable replay ./dist/lambda.js#handler arn:aws:lambda:eu-central-1:123456789012:function:orders:live/durable-execution/…',
    'nestjs-durable replay ./dist/lambda.js order-7 --port 9090',
  ],
  run: async ({ positionals: [module = '', ...histories], ...context }) => {
    const replayed = await outputToStderr(() => replayAll(module, histories, context));
    if (context.json) context.terminal.print(JSON.stringify(replayed));
    else for (const one of replayed) show(one, context.terminal);
    const different = replayed.filter(({ findings }) => findings.length > 0).length;
    if (different > 0) throw new CliError(`The code cannot continue ${different} of ${replayed.length} histories.`);
  },
};

async function replayAll(
  module: string,
  histories: readonly string[],
  context: Pick<CommandContext, 'client' | 'values'>,
): Promise<Replayed[]> {
  const handler = await handlerOf(module);
  const { replayHistory } = await testingKit();
  const inputs = context.values['ignore-inputs'] === true ? 'ignore' : 'compare';
  const replayed: Replayed[] = [];
  for (const history of histories) {
    const source = await sourceOf(history, context);
    const report = await replayHistory(handler, source, { inputs }).catch((error: unknown) => {
      throw new CliError(`${history} cannot be replayed: ${messageOf(error)}`);
    });
    replayed.push({ history, ...report });
  }
  return replayed;
}

/** `./dist/lambda.js#handler`; the default export name is `handler`. */
async function handlerOf(reference: string): Promise<Handler> {
  const [, path = '', name = 'handler'] = /^([^#]+)(?:#(.+))?$/.exec(reference) ?? [];
  const file = resolve(path);
  if (!existsSync(file)) throw usageError(`There is no module ${file}.`);
  const exports = await load(file);
  const handler = exports[name] ?? (exports.default as Record<string, unknown> | undefined)?.[name];
  if (typeof handler === 'function') return handler as Handler;
  throw usageError(`${path} exports no function ${name}; name another one as ${path}#export.`);
}

async function load(file: string): Promise<Record<string, unknown>> {
  // So a place in the code is a line of its source, as `dev` shows it.
  process.setSourceMapsEnabled(true);
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw new CliError(`${file} cannot be loaded: ${messageOf(error)}`);
  }
}

async function testingKit(): Promise<TestingKit> {
  try {
    return await import('../../../testing/index.js');
  } catch (error) {
    throw new CliError(
      `The testing kit cannot be loaded: ${(error as Error).message}. It needs @nestjs/testing: npm install --save-dev @nestjs/testing`,
    );
  }
}

/** A file or an ARN of AWS is returned unchanged; anything else is requested from the local service. */
async function sourceOf(
  history: string,
  { client, values }: Pick<CommandContext, 'client' | 'values'>,
): Promise<string | { Events: readonly object[] }> {
  if (existsSync(history)) return history;
  const isLocal = values.host !== undefined || values.port !== undefined;
  if (history.startsWith('arn:') && !isLocal) return history;
  if (history.endsWith('.json')) throw usageError(`There is no file ${history}.`);
  const { DurableExecutionArn } = await resolveExecution(client, history);
  return { Events: await client.history(DurableExecutionArn) };
}

function show({ history, findings, next }: Replayed, terminal: Terminal): void {
  const { paint } = terminal;
  if (findings.length === 0) {
    const goesOn = next.length > 0 ? paint('dim', `  continues with ${next.join(', ')}`) : '';
    terminal.print(`${paint('green', '✓')} ${history}${goesOn}`);
    return;
  }
  terminal.print(`${paint('red', '✗')} ${history}`);
  for (const finding of findings)
    for (const line of linesOf(finding)) terminal.print(`    ${painted(oneLine(line), terminal)}`);
}

function linesOf({ message, diff, calledAt, proposal }: ReplayFinding): string[] {
  const about = diff.length > 0 ? [...diff] : [message];
  if (calledAt !== undefined) about.push(`at ${calledAt}`);
  if (proposal !== undefined) about.push(`write: ${proposal}`);
  return about;
}

function painted(line: string, { paint }: Terminal): string {
  if (line.startsWith('-')) return paint('red', line);
  return line.startsWith('+') ? paint('green', line) : line;
}
