import { listOf, memberOf } from '../../../wire/thrown.js';
import type { ErrorKnowledge } from '../../base/errors/error-knowledge.js';
import { liveCauseOf } from '../../base/errors/failure-origin.js';
import { errorMembers, type ErrorMembers, isErrorLike } from './error-members.js';

/**
 * Class, message, stack and causes of an error for the log, with the originals of errors that are rebuilt from records.
 * @param known - knowledge of libraries: the data in their messages is left out then
 */
export function loggedMembers(error: Error, known: ErrorKnowledge | undefined): ErrorMembers {
  const members = errorMembers(error, liveCauseOf);
  return known ? withSafeMessages(members, error, known) : members;
}

function withSafeMessages(members: ErrorMembers, error: Error, known: ErrorKnowledge): ErrorMembers {
  const { errorMessage, stackTrace, cause, errors } = members;
  const { message } = known.describe(error);
  const liveCause = liveCauseOf(error);
  const live = listOf(memberOf(error, 'errors')).filter(isErrorLike);
  return {
    ...members,
    errorMessage: message,
    // A stack begins with the message.
    ...(stackTrace && {
      stackTrace: stackTrace
        .join('\n')
        .replaceAll(errorMessage || '\0', () => message)
        .split('\n'),
    }),
    // A thrown value that is not an error: its unchanged text.
    ...(cause && 'message' in cause && known.redact && { cause: { message: known.redact(cause.message) } }),
    ...(cause &&
      'errorType' in cause &&
      isErrorLike(liveCause) && { cause: withSafeMessages(cause, liveCause, known) }),
    ...(errors && { errors: errors.map((one, at) => (live[at] ? withSafeMessages(one, live[at], known) : one)) }),
  };
}
