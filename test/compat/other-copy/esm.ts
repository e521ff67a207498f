import { createRequire } from 'node:module';

/** The CommonJS copy of the engine, whose classes are not those that the application imports. */
export async function loadOtherCopy(): Promise<typeof import('nestjs-durable-execution/engine')> {
  return createRequire(import.meta.url)('nestjs-durable-execution/engine');
}
