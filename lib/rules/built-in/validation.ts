import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';
import { asList, readPath } from '../error-link.js';
import { statusOf } from '../http-facts.js';

const JWT = ['TokenExpiredError', 'JsonWebTokenError', 'NotBeforeError'];

/** Input that is wrong stays wrong. */
export const validationRules: readonly BuiltInRule[] = [
  {
    id: 'validation-failed',
    verdict: 'permanent',
    when: 'zod, joi, yup, class-validator, mongoose, MikroORM: the input is not valid',
    matches: (error) =>
      error.name === 'ValidationError' ||
      isZod(error) ||
      (error.get('isJoi') === true && error.list('details').length > 0) ||
      isYup(error) ||
      isClassValidator(error),
  },
  {
    id: 'graphql-server-error',
    verdict: 'ambiguous',
    when: 'GraphQL: `extensions.code` INTERNAL_SERVER_ERROR',
    matches: (error) => graphqlCode(error) === 'INTERNAL_SERVER_ERROR',
  },
  {
    id: 'graphql-refused',
    verdict: 'permanent',
    when: 'GraphQL: any other error that the server reports, such as BAD_USER_INPUT, and a query that is not valid',
    matches: (error) => graphqlCode(error) !== '' || isBareGraphqlError(error),
  },
  {
    id: 'jwt-invalid',
    verdict: 'permanent',
    when: 'jsonwebtoken: an invalid or expired token',
    matches: (error) => error.nameIs(...JWT),
  },
  {
    id: 'rxjs-empty',
    verdict: 'permanent',
    when: 'rxjs EmptyError, SequenceError, ArgumentOutOfRangeError',
    matches: (error) => error.nameIs('EmptyError', 'SequenceError', 'ArgumentOutOfRangeError'),
  },
];

export function isZod(error: ErrorLink): boolean {
  const [issue] = error.list('issues');
  return error.name === 'ZodError' || (typeof readPath(issue, 'code') === 'string' && error.has('issues'));
}

/** A single failure has an empty `inner`. */
function isYup(error: ErrorLink): boolean {
  return Array.isArray(error.get('inner')) && typeof error.list('errors')[0] === 'string';
}

/** Not an error at all but a list of what is wrong. */
function isClassValidator(error: ErrorLink): boolean {
  const [first] = asList(error.value);
  return typeof readPath(first, 'property') === 'string' && readPath(first, 'constraints') !== undefined;
}

/** Empty where the error is none of GraphQL, or has no code. */
function graphqlCode(error: ErrorLink): string {
  if (error.list('response.errors').length > 0) {
    const code = readPath(error.list('response.errors')[0], 'extensions.code');
    if (typeof code === 'string') return code;
    // Without a word of the server the status says whether it may help to ask again.
    return (statusOf(error) ?? 200) < 300 ? 'UNKNOWN' : '';
  }
  return error.has('locations') || error.has('path') ? error.text('extensions.code') : '';
}

/** Of the library itself, such as a syntax error; an error that wraps another one is classified by that. */
function isBareGraphqlError(error: ErrorLink): boolean {
  const isOne = error.name === 'GraphQLError' || (error.has('extensions') && error.has('nodes'));
  return isOne && error.has('locations') && !error.isObject('originalError');
}
