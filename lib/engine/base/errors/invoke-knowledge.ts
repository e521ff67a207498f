import type { InvokeFailure } from '../../../wire/invoke-failures.js';

type Lookup = (name: string | undefined) => InvokeFailure | undefined;

let lookup: Lookup | undefined;

/** Called when the code of invokes is loaded: its table is no part of what every function loads at start. */
export function knowInvokeFailures(of: Lookup): void {
  lookup = of;
}

/** What is known of an error name of Invoke; `undefined` for other names. */
export function knownInvokeFailure(name: string | undefined): InvokeFailure | undefined {
  return lookup?.(name);
}
