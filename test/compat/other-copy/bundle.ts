/** Bundled beside the ESM copy, whose classes it does not share. */
export async function loadOtherCopy(): Promise<typeof import('nestjs-durable-execution/engine')> {
  return require('nestjs-durable-execution/engine');
}
