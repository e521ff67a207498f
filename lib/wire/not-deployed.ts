import { asSentence } from './as-sentence.js';
import { memberOf, messageOf } from './thrown.js';

/** Lambda cannot be called from this deployment: a package, a usable client or a usable endpoint is missing. No invocation can work. */
export class NotDeployedError extends Error {
  override readonly name = 'NotDeployedError';
  readonly code = 'NOT_DEPLOYED';
  readonly isNotDeployed = true;
}

/** A package that cannot be loaded. @param what - the package, and what it is for */
export function packageNotLoaded(what: string, name: string, cause: unknown): NotDeployedError {
  // What esbuild throws for a CommonJS package in an ES module.
  const [reason = ''] = messageOf(cause).split('\n');
  const remedy = reason.startsWith('Dynamic require of')
    ? 'The bundle is an ES module, which has no require: give the bundler the banner of docs/deploying.md, which ' +
      'creates it by createRequire(import.meta.url), or bundle as CommonJS.'
    : `Install it (npm install ${name}), and deploy it with the function, in a layer or in the bundle.`;
  const because = isOfMissingPackage(cause, name) ? '' : `${asSentence(reason)} `;
  return new NotDeployedError(`${what} cannot be loaded. ${because}${remedy}`, { cause });
}

/** Whether an error says that the package is not there, and not that something in it cannot be loaded. */
export function isOfMissingPackage(error: unknown, name: string): boolean {
  return (
    messageOf(error).startsWith(`Cannot find package '${name}'`) ||
    messageOf(error).startsWith(`Cannot find module '${name}'`)
  );
}

/** Checks a property: the error may come from another copy of the package. */
export function isNotDeployed(error: unknown): boolean {
  return memberOf(error, 'isNotDeployed') === true;
}
