import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FunctionFailure } from './worker-failures.js';

/** A function that cannot start: every invocation will fail in the same way. */
export interface BootFailure {
  /** In Lambda's terms, such as `Runtime.UserCodeSyntaxError`. */
  errorType: string;
  errorMessage: string;
  /** The place of the error, as `path:line`, or the path alone; absent if it is unknown. */
  place?: string;
}

/** The first line that Node.js prints about a syntax error. */
const SYNTAX_PLACE = /^(?:file:\/\/)?(?:\/|[A-Za-z]:\\).*:\d+$/;
const FRAME_PLACE = /^\s*at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).*:\d+):\d+\)?$/;
const IMPORTED_FROM = /^(?:Error: )?Cannot find (?:module|package) '([^']+)' imported from (.+?)(?:\n|$)/;

/** @param output the end of the process's output; Node.js prints the place of a syntax error there and nowhere else */
export function bootFailureOf(
  { errorType, errorMessage, stackTrace = [] }: FunctionFailure,
  output: string,
): BootFailure {
  const place = importPlace(errorMessage) ?? placeIn(stackTrace) ?? placeIn(output.split('\n'));
  return { errorType, errorMessage, ...(place !== undefined && { place }) };
}

/** The first place in the user's own code. */
function placeIn(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const place = SYNTAX_PLACE.test(line) ? line : FRAME_PLACE.exec(line)?.[1];
    if (place !== undefined && !/[\\/]node_modules[\\/]|[\\/]bootstrap[\\/][\w-]+\.js:/.test(place))
      return pathOf(place);
  }
  return undefined;
}

/** If an import cannot be found, a line of the message names the importing file. */
function importPlace(message: string): string | undefined {
  const [, missing, importer] = IMPORTED_FROM.exec(message) ?? [];
  if (missing === undefined || importer === undefined) return undefined;
  const path = pathOf(importer);
  const specifierEnd = missing.split(/[\\/]/).at(-1) ?? missing;
  try {
    const index = readFileSync(path, 'utf8')
      .split('\n')
      .findIndex((line) => /\b(?:import|from|require)\b/.test(line) && line.includes(specifierEnd));
    return index < 0 ? path : `${path}:${index + 1}`;
  } catch {
    return path;
  }
}

function pathOf(place: string): string {
  if (!place.startsWith('file://')) return place;
  const [, url = place, line = ''] = /^(.*?)(:\d+)?$/.exec(place) ?? [];
  return `${fileURLToPath(url)}${line}`;
}
