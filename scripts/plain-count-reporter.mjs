// A jest reporter that ends the run with one plain line: `123 passed, 0 failed`, and `, 4 skipped` where some were.
import { writeSync } from 'node:fs';

export default class PlainCountReporter {
  onRunComplete(_contexts, results) {
    // A file that does not load has no tests to count, but it is a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const counts = [`${results.numPassedTests} passed`, `${failed} failed`];
    if (skipped > 0) counts.push(`${skipped} skipped`);
    // Jest's own summary follows the reporters.
    process.once('exit', () => writeSync(process.stdout.fd, `\n${counts.join(', ')}\n`));
  }
}
