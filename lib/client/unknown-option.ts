/** All options of a call; the compiler finds one that is missing here. */
export type OptionNames<T> = Readonly<Record<keyof Required<T>, true>>;

/**
 * What is wrong with options if one does not exist: ignored, a misspelled one would leave out what it asks for, such as
 * the name of a start, the filter of a list or the endpoint.
 */
export function unknownOption(options: object, names: Readonly<Record<string, unknown>>): string | undefined {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  return unknown && `has no option ${JSON.stringify(unknown)}. Its options are: ${Object.keys(names).join(', ')}.`;
}
