import { pathToFileURL } from 'node:url';
import type { LambdaContext } from './lambda-context.js';
import { RuntimeFailure } from './runtime-error.js';

export type HandlerCallback = (error: unknown, result?: unknown) => void;
export type LambdaHandler = (event: unknown, context: LambdaContext, callback: HandlerCallback) => unknown;

/**
 * Imports the function's module, ES module or CommonJS, and picks its handler.
 *
 * @throws {RuntimeFailure} `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError` or `Runtime.HandlerNotFound`; whatever
 * else the module throws while it loads passes through as thrown
 */
export async function loadHandler(modulePath: string, exportName: string): Promise<LambdaHandler> {
  const loaded = await importModule(modulePath);
  const handler = loaded[exportName] ?? (loaded.default as Record<string, unknown> | undefined)?.[exportName];
  if (typeof handler !== 'function') {
    throw new RuntimeFailure('Runtime.HandlerNotFound', `${modulePath}#${exportName} is undefined or not a function`);
  }
  return handler as LambdaHandler;
}

async function importModule(modulePath: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(modulePath).href)) as Record<string, unknown>;
  } catch (error) {
    throw namedImportFailure(error);
  }
}

function namedImportFailure(error: unknown): unknown {
  const { code, message } = Object(error) as NodeJS.ErrnoException;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return new RuntimeFailure('Runtime.ImportModuleError', `Error: ${message}`, { cause: error });
  }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    const remedy = "compile it first, use Node.js 22.18 or later, or set NODE_OPTIONS='--import tsx'";
    return new RuntimeFailure('Runtime.ImportModuleError', `Error: ${message}; ${remedy}`, { cause: error });
  }
  if (error instanceof SyntaxError) {
    return new RuntimeFailure('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, { cause: error });
  }
  return error;
}
