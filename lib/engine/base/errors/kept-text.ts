import { checkKept, type KeptError } from './kept-error.js';

/** Characters of the text; past them causes are left out, then members. */
const LONGEST_TEXT = 32_000;

/** How `ErrorData` of this form begins: what users put there themselves is told from it. */
const START = '{"@durable-error":1,';

/** What is kept of an error as JSON text for `ErrorData`, of bounded length. */
export function writeKept(kept: KeptError): string {
  const alone: KeptError = { ...kept, cause: undefined };
  const text = [kept, alone].map(textOf).find(({ length }) => length <= LONGEST_TEXT);
  return text ?? textOf({ ...alone, members: undefined });
}

function textOf(form: KeptError): string {
  return START + JSON.stringify(form).slice(1);
}

/** What was kept; absent where `ErrorData` is of another form. */
export function readKept(errorData: string | undefined): KeptError | undefined {
  if (!errorData?.startsWith(START)) return undefined;
  try {
    return checkKept(JSON.parse(errorData));
  } catch {
    return undefined;
  }
}
