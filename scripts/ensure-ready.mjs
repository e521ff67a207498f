// Prepares a new checkout: quiet and quick when there is nothing to do.
import { ensureBuilt, ensureInstalled, nodeIsTooOld, nodeTooOldMessage } from './readiness.mjs';

try {
  if (nodeIsTooOld()) throw new Error(nodeTooOldMessage());
  ensureInstalled();
  await ensureBuilt();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
