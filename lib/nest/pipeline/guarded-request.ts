import type { GuardedProperties } from './admission.js';

/**
 * Watches what guards put on a request, so that the handler finds it again on day three, when they are not asked any more.
 *
 * What has no JSON form (functions, values that contain themselves) is left out, for it is there in the first invocation
 * only; so is what starts with an underscore, which is the HTTP framework's own.
 */
export class GuardedRequest {
  readonly #request: Record<string, unknown>;
  readonly #before: ReadonlyMap<string, unknown>;

  constructor(request: object) {
    this.#request = request as Record<string, unknown>;
    this.#before = new Map(Object.entries(request));
  }

  /** What has changed since, by way of JSON: the first invocation gets the same values as every later one. */
  changes(): GuardedProperties {
    const changes: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(this.#request)) {
      if (name.startsWith('_') || Object.is(this.#before.get(name), value)) continue;
      const saved = throughJson(value);
      if (saved !== undefined) changes[name] = saved;
    }
    return changes;
  }
}

function throughJson(value: unknown): unknown {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
