import { declaredHandlerOf } from '../nest/lambda/declared-handlers.js';
import type { DeclaredHandler } from '../nest/lambda/declared-handlers.js';

/** What a file deploys. */
export interface DeployedRoot {
  application: DeclaredHandler['application'];
  /** Its exports that `createLambdaHandler()` has created; empty if the root module itself was passed. */
  functions: readonly { name: string; declared: DeclaredHandler }[];
}

/**
 * Finds the handlers that a file exports, or else its root module.
 *
 * @param name the export to use; by default all handlers, or the only module
 * @throws {TypeError} when there is none, or the choice is ambiguous
 */
export function findRoot(exports: Readonly<Record<string, unknown>>, name?: string): DeployedRoot {
  if (typeof exports !== 'object')
    throw new TypeError(
      'readManifest() needs the root module or the handlers by their names: readManifest({ AppModule }).',
    );
  const all = { ...(exports.default as object | undefined), ...exports };
  const chosen = Object.entries(all).filter(([key]) => key === (name ?? key));
  if (name !== undefined && chosen.length === 0)
    throw new TypeError(`There is no export ${name}; there are ${Object.keys(all).join(', ')}.`);
  const functions = chosen.flatMap(([key, value]) => {
    const declared = declaredHandlerOf(value);
    return declared ? [{ name: key, declared }] : [];
  });
  const roots = new Set(functions.map(({ declared }) => declared.application));
  if (roots.size > 1) throw new TypeError('Its handlers have different root modules; name one of them after a #.');
  const [root] = roots;
  return root
    ? { application: root, functions: unique(functions) }
    : { application: onlyModule(chosen), functions: [] };
}

/** CommonJS exports appear twice: by name, and as members of the default. */
function unique(functions: DeployedRoot['functions']): DeployedRoot['functions'] {
  return functions.filter(({ name }, index) => functions.findIndex((other) => other.name === name) === index);
}

function onlyModule(entries: readonly (readonly [string, unknown])[]): DeployedRoot['application'] {
  const modules = new Set(entries.map(([, value]) => value).filter(isModule));
  const [only, ...others] = modules;
  if (!only)
    throw new TypeError(
      'It exports neither a handler of createLambdaHandler() nor a class with @Module(). There are manifests only of Nest applications.',
    );
  if (others.length > 0) throw new TypeError('It exports several modules; name the root module after a #.');
  return only;
}

function isModule(value: unknown): value is DeployedRoot['application'] & object {
  const keys = ['imports', 'providers', 'controllers', 'exports'];
  return typeof value === 'function' && keys.some((key) => Reflect.hasMetadata(key, value));
}
