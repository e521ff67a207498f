import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../../wire/thrown.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { outputToStderr } from '../output-to-stderr.js';

export const manifest: Command = {
  summary: 'print what an application needs on AWS: handlers, IAM statements, environment, as JSON',
  positionals: '<file with the handler or the root module>[#export]',
  minPositionals: 1,
  maxPositionals: 1,
  options: {},
  examples: [
    'nestjs-durable manifest dist/lambda.js',
    'nestjs-durable manifest dist/app.module.js#AppModule > manifest.json',
  ],
  run: async ({ positionals: [entry = ''], terminal }) => {
    const [, file = '', name] = /^([^#]+)(?:#(.+))?$/.exec(entry) ?? [];
    const path = resolve(file);
    if (!existsSync(path)) throw new CliError(`There is no file ${path}; build the application first.`);
    terminal.print(JSON.stringify(await outputToStderr(() => read(path, name)), null, 2));
  },
};

async function read(path: string, name: string | undefined): Promise<object> {
  try {
    const loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    // Only this command loads it: it needs Nest, and the other commands do not.
    const { readManifest } = await import('../../../manifest/index.js');
    return await readManifest(loaded, name);
  } catch (error) {
    throw new CliError(`The manifest of ${path} cannot be read: ${messageOf(error)}`);
  }
}
