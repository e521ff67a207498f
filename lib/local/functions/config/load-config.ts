import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { durableConfigOf } from '../../core/durable-function-config.js';
import type { WorkerFunctionDefinition } from '../worker-function-definition.js';
import { configProblem } from './config-schema.js';
import type { LocalServiceConfig } from './local-service-config.js';

/** A config file that cannot be used; the message is one sentence that names the file and the key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface LoadedConfig {
  config: LocalServiceConfig;
  /** The base of the config's relative paths. */
  baseDirectory: string;
}

/** In the order in which they are searched. */
const CONFIG_FILES = ['ts', 'mts', 'mjs', 'js', 'cjs'].map((extension) => `durable.config.${extension}`);

/** The config file of a directory, if it has one. */
export function findConfigFile(directory: string): string | undefined {
  return CONFIG_FILES.map((file) => join(directory, file)).find((path) => existsSync(path));
}

/**
 * Loads and checks a config file; TypeScript if Node.js can strip types or a loader can.
 *
 * @throws {ConfigError} when there is no such file, it cannot be loaded, or its export is not a config
 */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  const file = resolve(path);
  if (!existsSync(file)) throw new ConfigError(`There is no config file ${file}.`);
  const config = exportedConfig(await importConfig(file));
  if (config === undefined) throw new ConfigError(`${basename(file)} must export its config as default.`);
  const problem = configProblem(config);
  if (problem !== undefined) throw new ConfigError(`${basename(file)}: ${problem}.`);
  return { config: config as LocalServiceConfig, baseDirectory: dirname(file) };
}

/** The functions of a config, in the form that the service and the workers need. */
export function toDefinitions(functions: LocalServiceConfig['functions']): WorkerFunctionDefinition[] {
  return Object.entries(functions).map(([name, { durable, ...rest }]) => ({
    name,
    ...rest,
    durable: durableConfigOf(durable),
  }));
}

async function importConfig(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const { name, message, code } = Object(error) as NodeJS.ErrnoException;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new ConfigError(
        `Node.js ${process.versions.node} cannot read ${basename(file)}: use Node.js 22.18 or later, ` +
          `or write durable.config.mjs instead.`,
      );
    }
    throw new ConfigError(`${basename(file)} could not be loaded: ${name ?? 'thrown'}: ${message ?? String(error)}`);
  }
}

/** A CommonJS module that was compiled from `export default` keeps it one level deeper. */
function exportedConfig(loaded: Record<string, unknown>): unknown {
  const exported = loaded.default;
  const inner = (Object(exported) as { default?: unknown }).default;
  return inner ?? exported;
}
