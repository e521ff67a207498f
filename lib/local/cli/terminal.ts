import { colored, plain } from './terminal-style.js';
import type { Paint } from './terminal-style.js';

/** Where a command writes, and the signal that ends it. */
export interface Terminal {
  /** Width in characters. */
  readonly columns: number;
  readonly colors: boolean;
  readonly paint: Paint;
  /** Aborts when the person presses Ctrl-C or the system ends the process. */
  readonly interrupted: AbortSignal;
  /** Writes a line of the result. */
  print(line: string): void;
  /** Writes a line to stderr. */
  complain(line: string): void;
}

/** The terminal of this process; colors follow the conventions NO_COLOR and FORCE_COLOR. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const colors = env.NO_COLOR ? false : Boolean(env.FORCE_COLOR) || stdout.isTTY === true;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interruption.abort());
  // A reader that stops early (`| head`) is not a failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    columns: stdout.columns ?? 100,
    colors,
    paint: colors ? colored : plain,
    interrupted: interruption.signal,
    print: (line) => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
  };
}
