import { pathToFileURL } from 'node:url';
import type { LambdaContext } from './lambda-context.js';
import { RuntimeFailure } from './runtime-error.js';

export type HandlerCallback = (error: unknown, result?: unknown) => void;
export type LambdaHandler = (event: unknown, context: LambdaContext, callback: HandlerCallback) => unknown;

/**
 * Imports the function's module, ES module or CommonJS, and selects its handler.
 *
 * @throws {RuntimeFailure} `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError` or `Runtime.HandlerNotFound`; any
 *   other error that the module throws while it loads is rethrown
 */
export async function loadHandler(modulePath: string, exportName: string): Promise<LambdaHandler> {
  const loaded = await importModule(modulePath);
  const handler = loaded[exportName] ?? (loaded.default as Record<string, unknown> | undefined)?.[exportName];
  if (typeof handler !== 'function') {
    throw new RuntimeFailure(
      'Runtime.HandlerNotFound',
      `${modulePath}#${exportName} is undefined or not a function. ${whatIsExported(loaded)}`,
    );
  }
  return handler as LambdaHandler;
}

function whatIsExported(loaded: Record<string, unknown>): string {
  const exported = { ...loaded, ...(loaded.default as Record<string, unknown> | undefined) };
  const names = Object.keys(exported).filter((name) => typeof exported[name] === 'function');
  return names.length > 0
    ? `The module exports these functions: ${names.join(', ')}.`
    : 'The module exports no function: export the handler. What webpack makes exports something only with ' +
        "output: { library: { type: 'commonjs2' } }.";
}

async function importModule(modulePath: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(modulePath).href)) as Record<string, unknown>;
  } catch (error) {
    throw namedImportFailure(error, modulePath);
  }
}

const COMPILE_IT =
  'Compile it first, for Nest with "nest build" (by tsc or swc), and name the file in dist. Node.js and tsx run TypeScript, ' +
  'but emit no decorator metadata, so Nest cannot inject into classes.';

/** Remedies for failures whose own message has none. */
const REMEDIES: readonly { applies(error: NodeJS.ErrnoException, modulePath: string): boolean; text: string }[] = [
  {
    applies: ({ code }) => code === 'ERR_UNKNOWN_FILE_EXTENSION' || code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
    text: COMPILE_IT,
  },
  {
    applies: ({ code }) => code === 'ERR_REQUIRE_ESM',
    text:
      'Lambda starts Node.js with --no-experimental-require-module, and so does the local service (lambdaNodeFlags): compile ' +
      'to ES modules, bundle into one file, or use import().',
  },
  {
    applies: ({ message }) => /Cannot use import statement outside a module|Unexpected token 'export'/.test(message),
    text:
      'Lambda starts Node.js with --no-experimental-detect-module, and so does the local service (lambdaNodeFlags): name the ' +
      'file .mjs, or put a package.json with "type": "module" beside it.',
  },
  {
    applies: (error, modulePath) => error instanceof SyntaxError && /\.[cm]?tsx?$/.test(modulePath),
    text: COMPILE_IT,
  },
];

const FAILURES: Readonly<Record<string, string>> = {
  ERR_MODULE_NOT_FOUND: 'Runtime.ImportModuleError',
  MODULE_NOT_FOUND: 'Runtime.ImportModuleError',
  ERR_REQUIRE_ESM: 'Runtime.ImportModuleError',
  ERR_UNKNOWN_FILE_EXTENSION: 'Runtime.ImportModuleError',
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: 'Runtime.UserCodeSyntaxError',
};

/** Named as in Lambda, with the original stack, which shows the place. */
function namedImportFailure(error: unknown, modulePath: string): unknown {
  const { code = '', message, name, stack } = Object(error) as NodeJS.ErrnoException;
  const type = FAILURES[code] ?? (error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : undefined);
  if (type === undefined) return error;
  const remedy = REMEDIES.find(({ applies }) => applies(error as NodeJS.ErrnoException, modulePath));
  const subject = type === 'Runtime.UserCodeSyntaxError' ? name : 'Error';
  const text = `${subject}: ${message}`;
  const failure = new RuntimeFailure(type, remedy ? `${text}. ${remedy.text}` : text, { cause: error });
  failure.stack = stack ?? '';
  return failure;
}
