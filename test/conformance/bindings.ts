import { randomInt } from 'node:crypto';

const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const GENERATED = /\$\{GEN_STR:(\d+)\}/g;
const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const ONLY_A_VARIABLE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** A variable stands inside a longer text but has no value yet, so there is nothing to compare with. */
export class UnboundVariableError extends Error {
  override readonly name = 'UnboundVariableError';

  constructor(variable: string, text: string) {
    super(
      `\${${variable}} in ${JSON.stringify(text)} has no value: bind it under Variables, or earlier as a whole string.`,
    );
  }
}

/** The values of `${NAME}`: those under `Variables` from the start, the others from their first use on. */
export class Bindings {
  readonly #values: Map<string, unknown>;

  constructor(values: Iterable<readonly [string, unknown]> = []) {
    this.#values = new Map(values);
  }

  /** Binds a requirement's `Variables`, with `${GEN_STR:n}` replaced by n random lower-case letters and digits. */
  static generate(variables: Record<string, unknown> = {}): Bindings {
    return new Bindings(Object.entries(variables).map(([name, value]) => [name, withGenerated(value)]));
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  bind(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  /** Independent of this one from here on: a comparison that fails halfway leaves no bindings behind. */
  copy(): Bindings {
    return new Bindings(this.#values);
  }

  /** @param escape applied to each value that is put in, for patterns */
  substituteInText(text: string, escape: (value: string) => string = (value) => value): string {
    return text.replace(VARIABLE, (_, name: string) => {
      if (!this.has(name)) throw new UnboundVariableError(name, text);
      return escape(asText(this.get(name)));
    });
  }

  /** Replaces variables throughout a value; one that is a whole string keeps its type. */
  substitute(value: unknown): unknown {
    if (typeof value === 'string') {
      const name = variableName(value);
      return name !== undefined && this.has(name) ? this.get(name) : this.substituteInText(value);
    }
    if (Array.isArray(value)) return value.map((item) => this.substitute(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.substitute(item)]));
  }
}

/** The name in `${NAME}` when that is the whole string. */
export function variableName(text: string): string | undefined {
  return ONLY_A_VARIABLE.exec(text)?.[1];
}

/** How a value is read when a pattern is searched in it. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

function withGenerated(value: unknown): unknown {
  return typeof value === 'string'
    ? value.replace(GENERATED, (_, length: string) => randomText(Number(length)))
    : value;
}

function randomText(length: number): string {
  return Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]).join('');
}
