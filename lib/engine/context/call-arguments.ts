/**
 * Operations take an optional name first. Splits it off: everything behind it has the same order either way.
 *
 * @typeParam TRest - the arguments behind the name
 */
export function splitName<TRest extends unknown[]>(args: readonly unknown[]): { name?: string; rest: TRest } {
  const [first] = args;
  if (typeof first === 'string') return { name: first, rest: args.slice(1) as TRest };
  return { rest: (first === undefined ? args.slice(1) : args) as TRest };
}
