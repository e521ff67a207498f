import { isTerminalAction } from '../crash/terminal-action.js';
import type { TestBench } from '../test-bench.js';

/**
 * Ends each invocation as soon as the completion of an operation is saved. So everything after an operation runs in a
 * new invocation, after a replay of everything before it.
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
