import { tellWorld } from './use-case.js';

Object.assign(process.env, { POWERTOOLS_SERVICE_NAME: 'orders', POWERTOOLS_LOG_LEVEL: 'INFO' });

/** What Powertools logs goes to standard output. */
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string | Uint8Array, ...rest: []) => {
  const text = String(chunk);
  if (text.startsWith('{')) tellWorld(`logged ${text.trim()}`);
  return write(chunk, ...rest);
}) as typeof process.stdout.write;
