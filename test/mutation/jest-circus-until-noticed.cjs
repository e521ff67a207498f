// Jest requires its test runner, so it is no ES module. Stryker accepts only one whose path names jest-circus.
const { createEmptyTestResult } = require('@jest/test-result');
const { default: runFile } = require('jest-circus/runner');

/** The last mutant for which a test failed. */
let noticed;

/** Jest takes a file without tests for a broken one. */
const NOTHING_RAN = {
  numPendingTests: 1,
  testResults: [{ ancestorTitles: [], failureMessages: [], fullName: 'not run', status: 'pending', title: 'not run' }],
};

/** Loads and runs no further file for a mutant that one has noticed: that takes longer than all that came before. */
module.exports = async (...args) => {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  if (mutant === undefined) return runFile(...args);
  if (mutant === noticed) return { ...createEmptyTestResult(), ...NOTHING_RAN };
  const result = await runFile(...args);
  if (result.numFailingTests > 0) noticed = mutant;
  return result;
};
