import { CORE_PARTS } from './core-parts.mjs';

const part = process.env.MUTATE_PART;
const { mutate, withTexts } = CORE_PARTS[part];

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  plugins: ['@stryker-mutator/jest-runner'],
  testRunner: 'jest',
  jest: { configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Tests that wait forever fail by themselves (jest.config.js). This is for mutants that block the process, and long
  // enough that a busy machine is not taken for one.
  timeoutMS: 20_000,
  // Texts for people change no behaviour.
  mutator: { excludedMutations: withTexts ? [] : ['StringLiteral'] },
  mutate,
  ignorePatterns: ['dist', 'bench', 'docs'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  jsonReporter: { fileName: `coverage/mutation/${part}.json` },
  tempDirName: '.stryker-tmp',
  disableTypeChecks: false,
};
