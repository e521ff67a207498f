// Makes what the bundler has written as cheap to load as it can be: every file that is opened costs a cold start.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './run.mjs';

/**
 * Joins the chunks that every entry loads. The bundler makes one for each set of files that share it, and files that are
 * loaded later count as well.
 *
 * @param metafile of a build with `splitting`
 * @param entryPoints relative to the root
 * @param options of the bundler
 * @returns the files there are now, as absolute paths
 */
export async function joinCommonChunks({ outputs }, entryPoints, options) {
  const files = Object.keys(outputs);
  const entries = files.filter((file) => entryPoints.includes(outputs[file].entryPoint));
  const loads = entries.map((entry) => loadedWith(outputs, entry));
  const common = files.filter((file) => !entries.includes(file) && loads.every((loaded) => loaded.has(file)));
  const others = files.filter((file) => !common.includes(file)).map((file) => join(root, file));
  const names = common.map((file) => basename(file));
  const folder = join(root, dirname(common[0]));
  const joined = join(folder, 'common.js');
  await build({
    ...options,
    stdin: { contents: names.map((name) => `export * from './${name}';`).join('\n'), resolveDir: folder },
    outfile: joined,
    bundle: true,
    plugins: [...options.plugins, laterFilesAside],
  });
  await Promise.all([...others, joined].map((file) => redirect(file, names)));
  await Promise.all(names.map((name) => rm(join(folder, name))));
  return [...others, joined];
}

/** A file and what it imports at once. */
function loadedWith(outputs, entry) {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { path, kind } of outputs[file].imports) {
      if (kind === 'import-statement' && outputs[path]) loaded.add(path);
    }
  }
  return loaded;
}

const laterFilesAside = {
  name: 'later-files-aside',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\// }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
};

async function redirect(file, chunks) {
  const text = await readFile(file, 'utf8');
  const references = new RegExp(`/(?:${chunks.join('|').replaceAll('.', '\\.')})"`, 'g');
  await writeFile(file, text.replaceAll(references, '/common.js"'));
}

/**
 * One import statement a package and file: bundlers turn each statement that imports a CommonJS package, such as RxJS or
 * Nest 11, into a copy of all its exports, which is made at every start.
 */
export async function joinImports(file) {
  const namesOf = new Map();
  const text = (await readFile(file, 'utf8')).replaceAll(/^import \{([^}]+)\} from (".+?");\n/gm, (_, names, from) => {
    if (!namesOf.has(from)) namesOf.set(from, new Set());
    for (const name of names.split(',')) namesOf.get(from).add(name.trim());
    return '';
  });
  const imports = [...namesOf].map(([from, names]) => `import { ${[...names].join(', ')} } from ${from};\n`);
  await writeFile(file, imports.join('') + text);
}
