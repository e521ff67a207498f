import { isTerminalAction } from '../crash/terminal-action.js';
import type { TestBench } from '../test-bench.js';

/**
 * Ends each invocation as soon as the end of an operation is saved. So everything behind an operation runs in a fresh
 * invocation, after a replay of all that came before.
 * @returns ends it
 */
export function alwaysReplay(bench: TestBench): () => void {
  return bench.guardWrites({
    before: () => undefined,
    after: ({ arn, updates }) => {
      if (updates.some(({ Action }) => isTerminalAction(Action))) bench.service.kill(arn);
    },
  });
}
