// Compiles TypeScript to JavaScript with decorator metadata, which Nest needs to inject by type.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const sample = dirname(fileURLToPath(import.meta.url));

/** How the sample's sources are compiled, here and in tests. */
export const compilerOptions = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
  },
  module: { type: 'es6' },
};

async function compile(file) {
  const { code } = await transformFile(join(sample, file), compilerOptions);
  const target = join(sample, 'dist', file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}

/** Compiles `src` and `demo` into `dist`. */
export async function buildSample() {
  for (const folder of ['src', 'demo']) {
    const files = await readdir(join(sample, folder), { recursive: true });
    await Promise.all(files.filter((file) => file.endsWith('.ts')).map((file) => compile(join(folder, file))));
  }
}
