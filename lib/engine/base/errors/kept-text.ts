import { checkKept, type KeptError } from './kept-error.js';

/** The maximum length of the text in characters; beyond it first causes are left out, then members. */
const LONGEST_TEXT = 32_000;

/** The beginning of `ErrorData` in this form, which distinguishes it from user data. */
const START = '{"@durable-error":1,';

/** The recorded form of an error as JSON text for `ErrorData`, of limited length. */
export function writeKept(kept: KeptError): string {
  const alone: KeptError = { ...kept, cause: undefined };
  const text = [kept, alone].map(textOf).find(({ length }) => length <= LONGEST_TEXT);
  return text ?? textOf({ ...alone, members: undefined });
}

function textOf(form: KeptError): string {
  return START + JSON.stringify(form).slice(1);
}

/** Parses the recorded form; absent if `ErrorData` has another form. */
export function readKept(errorData: string | undefined): KeptError | undefined {
  if (!errorData?.startsWith(START)) return undefined;
  try {
    return checkKept(JSON.parse(errorData));
  } catch {
    return undefined;
  }
}
