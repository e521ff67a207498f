import type { Serdes } from '../base/serdes/serdes.js';

export interface InvokeConfig<TInput, TOutput> {
  payloadSerdes?: Serdes<TInput>;
  resultSerdes?: Serdes<TOutput>;
  /** For functions with tenant isolation. */
  tenantId?: string;
}

/** The function to invoke, and its input. */
export interface InvokeCall<TInput, TOutput> {
  functionName: string;
  input: TInput | undefined;
  config: InvokeConfig<TInput, TOutput> | undefined;
}
