/** Which value is being converted. */
export interface SerdesContext {
  /** The operation's id before hashing, such as `2-1`. */
  entityId: string;
  durableExecutionArn: string;
}

/**
 * Converts a value to the persisted text, and back. Both directions also run on the first execution of an operation.
 */
export interface Serdes<T> {
  serialize: (value: T | undefined, context: SerdesContext) => Promise<string | undefined>;
  deserialize: (data: string | undefined, context: SerdesContext) => Promise<T | undefined>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a default serdes takes every value, as in the official types
export type AnySerdes = Serdes<any>;
export type AnySerdesDeserializer = Pick<AnySerdes, 'deserialize'>;

/** Defaults for the operations of one context and of the contexts below it. */
export interface SerdesConfig {
  defaultSerdes?: AnySerdes;
  defaultCallbackDeserializer?: AnySerdesDeserializer;
}
