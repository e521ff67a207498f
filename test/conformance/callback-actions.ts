import { type Bindings, asText } from './bindings.js';
import { findDifference, isObject } from './match-value.js';

export interface CallbackAction {
  /** Exact, `*`, or a pattern. */
  CallbackName: string;
  Operation: 'success' | 'failure' | 'heartbeat';
  Payload?: unknown;
  /** Seconds after the callback was opened. */
  Delay?: number;
}

/** Hands out a requirement's actions, each once, to the callbacks that open. */
export class CallbackActions {
  readonly #unused: CallbackAction[];

  constructor(
    actions: readonly CallbackAction[],
    private readonly bindings: Bindings,
  ) {
    this.#unused = [...actions];
  }

  /**
   * Selects the actions for an open callback: the first that matches, and the next one too if the first is a heartbeat,
   * which leaves the callback open.
   */
  take(callbackName: string | undefined): CallbackAction[] {
    const taken: CallbackAction[] = [];
    do {
      const index = this.#unused.findIndex((action) => this.#fits(action, callbackName));
      if (index === -1) return taken;
      taken.push(...this.#unused.splice(index, 1));
    } while (taken.at(-1)?.Operation === 'heartbeat');
    return taken;
  }

  #fits({ CallbackName: expected }: CallbackAction, callbackName: string | undefined): boolean {
    return findDifference(expected, callbackName ?? '', { bindings: this.bindings.copy() }) === undefined;
  }
}

/** The bytes of a success, as the reference sends them; a text is sent as a JSON string. */
export function callbackResultText(payload: unknown): string | undefined {
  return payload === undefined ? undefined : spacedJson(payload);
}

/** JSON with a space after `:` and `,`. */
function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (!isObject(value)) return value === null ? 'null' : asJson(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`);
  return `{${members.join(', ')}}`;
}

function asJson(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : asText(value);
}
