import type { InvokeCall, InvokeConfig } from '../operations/invoke-config.js';

/** The arguments of an operation, which may have a name in front of them. */
export type Named<TRest extends unknown[]> = [string | undefined, ...TRest] | TRest;

/**
 * Operations accept an optional name first. Splits it off: the other arguments have the same order in both cases.
 *
 * @typeParam TRest - the arguments after the name
 */
export function splitName<TRest extends unknown[]>(args: Named<TRest>): { name?: string; rest: TRest } {
  // By index: destructuring asks the array for an iterator.
  const first = args[0];
  if (typeof first === 'string') return { name: first, rest: args.slice(1) as TRest };
  return { rest: (first === undefined ? args.slice(1) : args) as TRest };
}

export type InvokeArguments<TInput, TOutput> =
  | [string | undefined, string, TInput?, InvokeConfig<TInput, TOutput>?]
  | [string, TInput?, InvokeConfig<TInput, TOutput>?];

/**
 * The name and the call of `invoke`. Two texts are a name and a function, as in the official SDK: if the input is a
 * text, the name (or `undefined`) must come first.
 */
export function splitInvoke<TInput, TOutput>(
  args: InvokeArguments<TInput, TOutput>,
): { name?: string; call: InvokeCall<TInput, TOutput> } {
  const [first, second] = args;
  const isNamed = first === undefined || typeof second === 'string';
  const [functionName, input, config] = (isNamed ? args.slice(1) : args) as [
    string,
    TInput?,
    InvokeConfig<TInput, TOutput>?,
  ];
  return { ...(isNamed && first !== undefined && { name: first }), call: { functionName, input, config } };
}
