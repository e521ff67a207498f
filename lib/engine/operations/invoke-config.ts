import type { Serdes } from '../base/serdes/serdes.js';

export interface InvokeConfig<TInput, TOutput> {
  payloadSerdes?: Serdes<TInput>;
  resultSerdes?: Serdes<TOutput>;
  /** For functions with tenant isolation. */
  tenantId?: string;
}

/** What is invoked, with what. */
export interface InvokeCall<TInput, TOutput> {
  functionName: string;
  input: TInput | undefined;
  config: InvokeConfig<TInput, TOutput> | undefined;
}
