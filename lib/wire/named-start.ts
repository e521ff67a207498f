import { parsedJson } from './parsed-json.js';

/**
 * The key that names a handler beside its input. Only `DurableClient` writes it, and it wraps every input: so the input
 * of a user can never choose the code that runs.
 */
const HANDLER_KEY = '@durable';

/** The handler and the input of an execution. */
export interface Start {
  /** The handler that the caller has named; absent if the input is bare, from any other caller. */
  readonly handler?: string;
  readonly input: unknown;
}

/** Reads the stored input of an execution. Anything except an exact envelope is a bare input. */
export function startOf(stored: unknown): Start {
  if (typeof stored !== 'object' || stored === null || !Object.hasOwn(stored, HANDLER_KEY)) return { input: stored };
  const { [HANDLER_KEY]: handler, input, ...others } = stored as Record<string, unknown>;
  if (typeof handler !== 'string' || Object.keys(others).length > 0) return { input: stored };
  return { handler, input };
}

/** The same for text, as the service stores and shows it. */
export function startOfText(stored: string | undefined): { handler?: string; input?: string | undefined } {
  if (!stored?.startsWith(`{"${HANDLER_KEY}"`)) return { input: stored };
  const { handler, input } = startOf(parsedJson(stored));
  return handler === undefined ? { input: stored } : { handler, input: JSON.stringify(input) };
}

/** Always has the same order of members: the texts of starts with the same name are compared. */
export function storedStart(handler: string, input: unknown): object {
  return input === undefined ? { [HANDLER_KEY]: handler } : { [HANDLER_KEY]: handler, input };
}
