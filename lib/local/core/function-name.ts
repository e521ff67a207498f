import type { Environment } from './environment.js';
import { invalidParameter } from './service-error.js';

/** A function as a caller names it: by name, partial or full ARN, with or without a qualifier. */
export interface FunctionReference {
  name: string;
  qualifier?: string | undefined;
  region?: string | undefined;
  accountId?: string | undefined;
}

const REFERENCE =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2,4}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

/**
 * @param asked - the qualifier that the call names beside the function
 * @throws {ServiceError} for a text that does not name a function, or that contains another qualifier
 */
export function parseFunctionReference(text: string, asked?: string): FunctionReference {
  const match = REFERENCE.exec(text);
  if (!match) throw invalidParameter(`Invalid function ARN '${text}'`);
  const [, region, accountId, name = '', qualifier = asked] = match;
  if (asked !== undefined && asked !== qualifier)
    throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
  return { name, qualifier, region, accountId };
}

export function functionArnOf({ region, accountId }: Pick<Environment, 'region' | 'accountId'>, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/** Versions are numbers; here every alias means the current code. */
export function versionOf(qualifier: string | undefined): string {
  return qualifier !== undefined && /^[0-9]+$/.test(qualifier) ? qualifier : '$LATEST';
}

export const UNQUALIFIED_MESSAGE = 'You cannot invoke a durable function using an unqualified ARN.';
