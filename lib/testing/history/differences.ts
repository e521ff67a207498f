/** Lines after which a diff of two values is cut short. */
const MOST_LINES = 20;
/** Characters of a value that a line shows. */
const MOST_CHARACTERS = 120;

/** What differs between two values of JSON, a line for each side: `- input.pages: 3`, `+ input.pages: 4`. */
export function differencesOf(recorded: unknown, called: unknown): string[] {
  const lines = linesOf('', recorded, called);
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `  … and ${lines.length - MOST_LINES} lines more`];
}

function linesOf(path: string, recorded: unknown, called: unknown): string[] {
  if (Object.is(recorded, called)) return [];
  if (isContainer(recorded) && isContainer(called) && Array.isArray(recorded) === Array.isArray(called)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(called)]);
    return [...keys].flatMap((key) => linesOf(below(path, key, recorded), recorded[key], called[key]));
  }
  return [
    ...(recorded === undefined ? [] : [`- ${path}: ${textOf(recorded)}`]),
    ...(called === undefined ? [] : [`+ ${path}: ${textOf(called)}`]),
  ];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function below(path: string, key: string, container: object): string {
  if (Array.isArray(container)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
