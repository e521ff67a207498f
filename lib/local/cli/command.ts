import type { ServiceClient } from './service-client.js';
import type { Terminal } from './terminal.js';

export interface CommandOption {
  type: 'string' | 'boolean';
  /** One letter, for `-h`. */
  short?: string;
  /** An empty value means something. @defaultValue false: it is refused, as one of a shell variable that is not set */
  mayBeEmpty?: true;
  /** May be given more than once. */
  multiple?: boolean;
  /** The name of the value in the help. */
  value?: string;
  description: string;
}

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface CommandContext {
  positionals: readonly string[];
  values: OptionValues;
  /** Whether to print JSON rather than text for people. */
  json: boolean;
  terminal: Terminal;
  /** The service at the address in the options. */
  client: ServiceClient;
}

/** One word after `nestjs-durable`. */
export interface Command {
  summary: string;
  /** The positional arguments in the usage line. */
  positionals: string;
  minPositionals: number;
  maxPositionals: number;
  options: Readonly<Record<string, CommandOption>>;
  /** Command lines in the help. */
  examples?: readonly string[];
  run(context: CommandContext): Promise<void>;
}

/** Options of every command. */
export const SHARED_OPTIONS: Readonly<Record<string, CommandOption>> = {
  host: { type: 'string', value: 'ADDRESS', description: 'address of the service (127.0.0.1)' },
  port: { type: 'string', value: 'PORT', description: 'port of the service (9090)' },
  json: { type: 'boolean', description: 'print JSON' },
  help: { type: 'boolean', short: 'h', description: 'show this help' },
};

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 9090;
