import { memberOf } from './thrown.js';

/** Something that the function needs was not deployed with it: no invocation of this deployment can work. */
export class NotDeployedError extends Error {
  override readonly name = 'NotDeployedError';
  readonly code = 'NOT_DEPLOYED';
  readonly isNotDeployed = true;
}

/** Checks a property: the error may come from another copy of the package. */
export function isNotDeployed(error: unknown): boolean {
  return memberOf(error, 'isNotDeployed') === true;
}
