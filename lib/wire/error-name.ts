import {
  ERROR_CODES,
  isClockFailure,
  isExpiredCredentialsCode,
  isPassingCode,
  isServerCode,
  isThrottlingCode,
} from './error-codes.js';
import { memberOf } from './thrown.js';

/** Names that say nothing when another member says more. */
const GENERIC_NAMES: ReadonlySet<unknown> = new Set(['Error', 'AggregateError', 'TypeError']);
const API_CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** Whether the table of failures has a row for the name of an error. */
export function isKnownName(name: string | undefined): boolean {
  return (
    API_CODES.has(name) ||
    isThrottlingCode(name) ||
    isPassingCode(name) ||
    isServerCode(name) ||
    isExpiredCredentialsCode(name) ||
    isClockFailure(name, '')
  );
}

/** The name in `com.amazonaws.lambda#ServiceException:http://…` and in shorter forms. */
export function bareName(raw: string): string {
  return raw.replace(/:.*$/s, '').replace(/^.*#/s, '');
}

/**
 * The name of an error, in the first member that has one which is known: AWS's clients and their stand-ins put it in
 * different places.
 *
 * @param isOwn - whether the configuration lists a name; such a name comes first
 */
export function nameOf(thrown: unknown, isOwn: (name: string | undefined) => boolean): string | undefined {
  const name = textIn(thrown, 'name');
  const code = textIn(thrown, 'code');
  const inOrder = GENERIC_NAMES.has(name) ? [code, name] : [name, code];
  const own = inOrder.find((candidate) => candidate !== undefined);
  const all = [...inOrder, ...namesElsewhere(thrown)];
  return all.find(isOwn) ?? all.find(isKnownName) ?? own ?? textIn(thrown, '__type');
}

/** As services write it: in the body of the answer, or in its header. */
function namesElsewhere(thrown: unknown): Array<string | undefined> {
  const headers = memberOf(memberOf(thrown, '$response'), 'headers');
  return [
    textIn(thrown, 'Code'),
    textIn(thrown, '__type'),
    textIn(memberOf(thrown, 'Error'), 'Code'),
    textIn(headers, 'x-amzn-errortype'),
  ];
}

function textIn(thrown: unknown, member: string): string | undefined {
  const value = memberOf(thrown, member);
  return typeof value === 'string' && value !== '' ? bareName(value) : undefined;
}
