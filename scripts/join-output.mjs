// Makes what the bundler has written as cheap to load as it can be: every file that is opened costs a cold start.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './run.mjs';

/**
 * Joins the chunks that are loaded together: those of every entry into `common.js`, those of one into a file named after its
 * folder. The bundler makes one for each set of files that share it, and files that are loaded later count as well.
 *
 * @param metafile of a build with `splitting`
 * @param entryPoints relative to the root
 * @param options of the bundler
 * @returns the files there are now, as absolute paths
 */
export async function joinChunks({ outputs }, entryPoints, options) {
  let files = Object.keys(outputs);
  const entries = files.filter((file) => entryPoints.includes(outputs[file].entryPoint));
  const loads = entries.map((entry) => loadedWith(outputs, entry));
  const chunks = files.filter((file) => !entries.includes(file));
  const common = chunks.filter((file) => loads.every((loaded) => loaded.has(file)));
  const groups = [['common.js', common]];
  for (const [index, entry] of entries.entries()) {
    const own = chunks.filter((file) => loads[index].has(file) && !common.includes(file));
    if (own.length > 0) groups.push([`${basename(dirname(outputs[entry].entryPoint))}.js`, own]);
  }
  for (const [name, group] of groups) files = await joinGroup(files, { name, group, options });
  return files.map((file) => join(root, file));
}

/** @returns the files there are then */
async function joinGroup(files, { name, group, options }) {
  const folder = dirname(group[0]);
  const joined = join(folder, name);
  const names = group.map((file) => basename(file));
  await build({
    ...options,
    stdin: { contents: names.map((file) => `export * from './${file}';`).join('\n'), resolveDir: join(root, folder) },
    outfile: join(root, joined),
    bundle: true,
    plugins: [...options.plugins, othersAside(names)],
  });
  const kept = [...files.filter((file) => !group.includes(file)), joined];
  await Promise.all(kept.map((file) => redirect(join(root, file), names, name)));
  await Promise.all(group.map((file) => rm(join(root, file))));
  return kept;
}

/** A file of a bundler's output and what it imports at once; dynamic imports are loaded later. */
export function loadedWith(outputs, entry) {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { path, kind } of outputs[file].imports) {
      if (kind === 'import-statement' && outputs[path]) loaded.add(path);
    }
  }
  return loaded;
}

/** What is loaded later, or has been joined already. */
const othersAside = (names) => ({
  name: 'others-aside',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\// }, ({ path, kind }) =>
      kind === 'dynamic-import' || !names.includes(basename(path)) ? { path, external: true } : undefined,
    ),
});

async function redirect(file, chunks, joined) {
  const text = await readFile(file, 'utf8');
  const references = new RegExp(`/(?:${chunks.join('|').replaceAll('.', '\\.')})"`, 'g');
  await writeFile(file, text.replaceAll(references, `/${joined}"`));
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
  // The bundler notes which of its own chunks a line came from, and the folder of this one build with it.
  const body = text.replaceAll(/^\/\/ dist\..*\n/gm, '');
  const imports = [...namesOf].map(([from, names]) => `import { ${[...names].join(', ')} } from ${from};\n`);
  await writeFile(file, imports.join('') + body);
}
