// Stryker requires the environment of tests, so it is no ES module.
const { TestEnvironment } = require('jest-environment-node');

/** Skips the rest of a file once a test has failed: the mutant is noticed, and others would wait as long for it. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  #hasFailed = false;

  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) this.#hasFailed = true;
    if (name === 'test_start' && this.#hasFailed) test.mode = 'skip';
  }
};
