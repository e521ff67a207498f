import { memberOf } from './thrown.js';

/** Lambda cannot be called from this deployment: a package, a usable client or a usable endpoint is missing. No invocation can work. */
export class NotDeployedError extends Error {
  override readonly name = 'NotDeployedError';
  readonly code = 'NOT_DEPLOYED';
  readonly isNotDeployed = true;
}

/** Checks a property: the error may come from another copy of the package. */
export function isNotDeployed(error: unknown): boolean {
  return memberOf(error, 'isNotDeployed') === true;
}
