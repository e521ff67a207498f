import { relative } from 'node:path';
import type { BootFailure } from '../functions/boot-failure.js';
import type { FunctionInvocation, FunctionResult } from '../functions/function-runtime.js';
import type { WorkerLogLine } from '../functions/worker.js';
import { parseDurableExecutionArn } from '../../wire/durable-execution-arn.js';
import { eventLine } from './event-line.js';
import { oneLine } from './terminal-style.js';
import type { Style } from './terminal-style.js';
import type { Terminal } from './terminal.js';
import { epochMsOf } from './timeline/timeline-event.js';
import type { TimelineEvent } from './timeline/timeline-event.js';
import { formatTime } from './wall-time.js';

const UUID = /^([0-9a-f]{8})-[0-9a-f-]{27}$/;

export interface DevProgressOptions {
  terminal: Terminal;
  json: boolean;
  /** Prints only failures. */
  quiet: boolean;
  /** The service's clock, milliseconds since the epoch. */
  now: () => number;
}

/** The output of `dev` while it serves: a line of text, or of JSON, for each event. */
export class DevProgress {
  readonly #options: DevProgressOptions;

  constructor(options: DevProgressOptions) {
    this.#options = options;
  }

  event(arn: string, event: TimelineEvent): void {
    if (this.#options.json) return this.#record({ type: 'event', durableExecutionArn: arn, event });
    this.#line({ atMs: epochMsOf(event), subject: shortLabel(arn), ...eventLine(event) });
  }

  log({ functionName, requestId, stream, text }: WorkerLogLine): void {
    if (this.#options.json) return this.#record({ type: 'log', functionName, requestId, stream, text });
    this.#line({ atMs: this.#options.now(), subject: functionName, glyph: '│', style: 'dim', text: oneLine(text) });
  }

  plainInvocation({ functionName, requestId }: FunctionInvocation, result: FunctionResult): void {
    if (this.#options.json) return this.#record({ type: 'invocation', functionName, requestId, result });
    const [glyph, style, text] =
      result.kind === 'returned'
        ? (['✓', 'green', 'returned'] as const)
        : (['✗', 'red', `failed  ${oneLine(`${result.errorType}: ${result.errorMessage}`)}`] as const);
    this.#line({ atMs: this.#options.now(), subject: functionName, glyph, style, text });
  }

  reload(functionName: string): void {
    if (this.#options.json) return this.#record({ type: 'reload', functionName });
    const text = 'code has changed; new invocations run the new code';
    this.#line({ atMs: this.#options.now(), subject: functionName, glyph: '↻', style: 'yellow', text });
  }

  /** A function that does not start is reported even in quiet mode. */
  bootFailure(functionName: string, failure: BootFailure): void {
    const { json, quiet, terminal } = this.#options;
    if (json && !quiet) return this.#record({ type: 'boot-failure', functionName, failure });
    const { errorType, errorMessage, place } = failure;
    const where = place === undefined ? '' : ` ${shortPath(place)}:`;
    terminal.complain(
      `${terminal.paint('red', '✗')} ${functionName} does not start:${where} ${oneLine(`${errorType}: ${errorMessage}`)}`,
    );
  }

  /** Code changes will not be noticed. */
  watchFailure({ message }: Error): void {
    this.#options.terminal.complain(`Changes of code will not be noticed: ${oneLine(message)}`);
  }

  #line(parts: { atMs: number; subject: string; glyph: string; style: Style; text: string }): void {
    const { paint } = this.#options.terminal;
    this.#print(
      `${paint('dim', formatTime(parts.atMs))}  ${paint('bold', parts.subject)}  ${paint(parts.style, parts.glyph)} ${parts.text}`,
    );
  }

  #record(record: object): void {
    this.#print(JSON.stringify(record));
  }

  #print(line: string): void {
    if (!this.#options.quiet) this.#options.terminal.print(line);
  }
}

/** Relative if that is shorter; terminals and editors open both. */
function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}

/** Function and name; the beginning of a random name is enough to find it. */
function shortLabel(arn: string): string {
  const { functionName = '', executionName = arn } = parseDurableExecutionArn(arn) ?? {};
  return `${functionName} ${UUID.exec(executionName)?.[1] ?? executionName}`;
}
