import { parseArgs } from 'node:util';
import { PACKAGE_VERSION } from '../../package-version.js';
import { CliError, ExitCode, usageError } from './cli-error.js';
import { DEFAULT_HOST, DEFAULT_PORT, SHARED_OPTIONS } from './command.js';
import type { Command, CommandOption, OptionValues } from './command.js';
import { COMMANDS } from './commands.js';
import { overview, usageOf } from './help.js';
import { flagOption, integerOption, textOption } from './option-values.js';
import { ServiceClient } from './service-client.js';
import { oneLine } from './terminal-style.js';
import type { Terminal } from './terminal.js';

/**
 * Runs one command line; a failure is one sentence on stderr.
 *
 * @param args the arguments after the program's name
 * @returns the exit code
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await runCommand(args, terminal);
    return ExitCode.OK;
  } catch (error) {
    terminal.complain(`nestjs-durable: ${oneLine(error instanceof Error ? error.message : String(error))}`);
    return error instanceof CliError ? error.exitCode : ExitCode.FAILURE;
  }
}

async function runCommand([name = '--help', ...args]: readonly string[], terminal: Terminal): Promise<void> {
  if (name === 'help' && args[0]?.startsWith('-') === false) return runCommand([...args, '--help'], terminal);
  if (['help', '--help', '-h'].includes(name)) return printAll(await overview(), terminal);
  if (['version', '--version', '-v'].includes(name)) return terminal.print(PACKAGE_VERSION);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw usageError(`There is no command ${name}; there are ${Object.keys(COMMANDS).join(', ')}.`);
  const command = await load();
  const { values, positionals } = parse(name, command, args);
  if (flagOption(values, 'help')) return printAll(usageOf(name, command), terminal);
  const { minPositionals, maxPositionals } = command;
  if (positionals.length < minPositionals || positionals.length > maxPositionals) {
    throw usageError(`Usage: nestjs-durable ${`${name} ${command.positionals}`.trimEnd()}.`);
  }
  const json = flagOption(values, 'json') ?? false;
  await command.run({ positionals, values, json, terminal, client: new ServiceClient(endpointOf(values)) });
}

function parse(
  name: string,
  command: Command,
  args: readonly string[],
): { values: OptionValues; positionals: string[] } {
  const options: Record<string, CommandOption> = { ...command.options, ...SHARED_OPTIONS };
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    refuseEmpty(parsed, options);
    return parsed;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const [problem = ''] = (error as Error).message.split('. ');
    throw usageError(`${problem.replace(/\.$/, '')}; nestjs-durable ${name} --help lists the options.`);
  }
}

/** Such as `stop "$ORDER"` without an `ORDER`: an empty text is the beginning of every name. */
function refuseEmpty(
  { values, positionals }: { values: OptionValues; positionals: string[] },
  options: Record<string, CommandOption>,
): void {
  if (positionals.includes('')) throw usageError('An argument is empty.');
  const empty = Object.keys(values).find((option) => values[option] === '' && !options[option]?.mayBeEmpty);
  if (empty !== undefined) throw usageError(`The value of --${empty} is empty.`);
}

function endpointOf(values: OptionValues): string {
  const host = textOption(values, 'host') ?? DEFAULT_HOST;
  const port = integerOption(values, 'port', { min: 0, max: 65_535 }) ?? DEFAULT_PORT;
  const endpoint = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (URL.canParse(endpoint)) return endpoint;
  throw usageError(`--host must be an address or a name without a port, not ${JSON.stringify(host)}.`);
}

function printAll(lines: readonly string[], terminal: Terminal): void {
  for (const line of lines) terminal.print(line);
}
