/**
 * The key that names a handler beside its input. Only `DurableClient` writes it, and it wraps whatever it is given: so the
 * input of a user can never name the code that runs.
 */
const HANDLER_KEY = '@durable';

/** What an execution was started with. */
export interface Start {
  /** The method that the starter has named; absent where the input came bare, from any other starter. */
  readonly handler?: string;
  readonly input: unknown;
}

/** Reads the stored input of an execution. Whatever is not exactly an envelope is a bare input. */
export function startOf(stored: unknown): Start {
  if (typeof stored !== 'object' || stored === null || !Object.hasOwn(stored, HANDLER_KEY)) return { input: stored };
  const { [HANDLER_KEY]: handler, input, ...others } = stored as Record<string, unknown>;
  if (typeof handler !== 'string' || Object.keys(others).length > 0) return { input: stored };
  return { handler, input };
}

/** The same of text, as the service keeps and shows it. */
export function startOfText(stored: string | undefined): { handler?: string; input?: string | undefined } {
  if (!stored?.startsWith(`{"${HANDLER_KEY}"`)) return { input: stored };
  const { handler, input } = startOf(parsed(stored));
  return handler === undefined ? { input: stored } : { handler, input: JSON.stringify(input) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same order of members always: starts of one name are compared by their text. */
export function storedStart(handler: string, input: unknown): object {
  return input === undefined ? { [HANDLER_KEY]: handler } : { [HANDLER_KEY]: handler, input };
}
