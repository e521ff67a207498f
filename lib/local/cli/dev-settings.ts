import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { functionNameProblem } from '../functions/config/config-schema.js';
import { ConfigError, findConfigFile, loadConfig, toDefinitions } from '../functions/config/load-config.js';
import type { LoadedConfig } from '../functions/config/load-config.js';
import type { FunctionConfig } from '../functions/config/local-service-config.js';
import type { WorkerFunctionDefinition } from '../functions/worker-function-definition.js';
import { CliError, usageError } from './cli-error.js';
import { DEFAULT_HOST, DEFAULT_PORT } from './command.js';
import type { OptionValues } from './command.js';
import { flagOption, integerOption, positiveOption, textOption, textOptions } from './option-values.js';

/** The default of Node.js itself. */
const DEFAULT_INSPECT_PORT = 9229;

/** What `dev` serves, and how. */
export interface DevSettings {
  functions: WorkerFunctionDefinition[];
  baseDirectory: string;
  host: string;
  port: number;
  dataDirectory?: string;
  timeScale?: number;
  skipTime?: boolean;
  region?: string;
  includeExecutionData?: boolean;
}

/**
 * The config file, overridden by the command line.
 *
 * @throws {CliError | ConfigError} when one of them is wrong, or there is no function to serve
 */
export async function readDevSettings(values: OptionValues, directory: string): Promise<DevSettings> {
  const { config, baseDirectory } = await configOf(values, directory);
  const functions = toDefinitions({ ...config.functions, ...functionsOnCommandLine(values, directory) });
  if (functions.length === 0) {
    throw new CliError(
      'There is no function to serve: write a durable.config.mjs, or use --function name=./path.mjs#handler.',
    );
  }
  for (const fn of functions) assertModuleExists(fn, baseDirectory, fn.name in config.functions);
  const data = textOption(values, 'data');
  const settings: DevSettings = {
    functions: withDebuggers(functions, values),
    baseDirectory,
    host: textOption(values, 'host') ?? config.host ?? DEFAULT_HOST,
    port: integerOption(values, 'port', { min: 0, max: 65_535 }) ?? config.port ?? DEFAULT_PORT,
    dataDirectory: data === undefined ? config.data && resolve(baseDirectory, config.data) : resolve(directory, data),
    timeScale: positiveOption(values, 'time-scale') ?? config.timeScale,
    skipTime: flagOption(values, 'skip-time') ?? config.skipTime,
    region: config.region,
    includeExecutionData: config.includeExecutionData,
  };
  if (settings.skipTime && settings.timeScale !== undefined) {
    throw usageError('A time scale has no meaning when time is skipped: use one of --time-scale and --skip-time.');
  }
  return settings;
}

async function configOf(values: OptionValues, directory: string): Promise<LoadedConfig> {
  const given = textOption(values, 'config');
  const path = given === undefined ? findConfigFile(directory) : resolve(directory, given);
  return path === undefined ? { config: { functions: {} }, baseDirectory: directory } : loadConfig(path);
}

function functionsOnCommandLine(values: OptionValues, directory: string): Record<string, FunctionConfig> {
  const durable = textOptions(values, 'function').map((text) => [text, '--function', true] as const);
  const plain = textOptions(values, 'plain-function').map((text) => [text, '--plain-function', false] as const);
  const named = new Set<string>();
  return Object.fromEntries(
    [...durable, ...plain].map(([text, option, isDurable]) => {
      const [, name, path, exportName] = /^([^=]+)=([^#]+)(?:#(.+))?$/.exec(text) ?? [];
      if (name === undefined || path === undefined) {
        throw usageError(`${option} must look like name=./path.mjs#export, not ${JSON.stringify(text)}.`);
      }
      const problem = functionNameProblem(name);
      if (problem !== undefined) throw usageError(`${option}: ${problem}.`);
      if (named.has(name)) throw usageError(`${option}: ${name} is named twice. Give each function a name of its own.`);
      named.add(name);
      return [name, { module: resolve(directory, path), export: exportName, durable: isDurable }];
    }),
  );
}

/** One port per function, in the order in which they are listed. */
function withDebuggers(functions: WorkerFunctionDefinition[], values: OptionValues): WorkerFunctionDefinition[] {
  // Node.js listens for debuggers at no lower port.
  const first = integerOption(values, 'inspect-port', { min: 1024, max: 65_535 - functions.length });
  if (first === undefined && !flagOption(values, 'inspect')) return functions;
  return functions.map((fn, index) => ({ ...fn, inspectPort: (first ?? DEFAULT_INSPECT_PORT) + index }));
}

/** The config file that lies in the folder is read beside `--function` too. */
function assertModuleExists(
  { name, module }: WorkerFunctionDefinition,
  baseDirectory: string,
  isConfigured: boolean,
): void {
  const path = resolve(baseDirectory, module);
  const remedy = `Build it, or correct its path${isConfigured ? ` in the config file of ${baseDirectory}` : ''}.`;
  if (!existsSync(path)) throw new ConfigError(`The module of function ${name} does not exist: ${path}. ${remedy}`);
}
