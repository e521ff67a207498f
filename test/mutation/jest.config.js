import { fileURLToPath } from 'node:url';
import base from '../../jest.config.js';
import { CORE_PARTS } from './core-parts.mjs';

/** An error stops a mutant that never ends. It may arise after the mutant's test: the process continues with the next. */
process.on('uncaughtException', () => undefined);

const { specs } = CORE_PARTS[process.env.MUTATE_PART];

/**
 * Only the specs of one part. A test that waits forever for a mutant fails after 3 seconds: Stryker would need more, and
 * start a new process each time.
 */
export default {
  ...base.projects[0],
  rootDir: '../..',
  testEnvironment: fileURLToPath(new URL('./fail-fast-environment.cjs', import.meta.url)),
  testRunner: fileURLToPath(new URL('./jest-circus-until-noticed.cjs', import.meta.url)),
  testSequencer: fileURLToPath(new URL('./part-sequencer.mjs', import.meta.url)),
  testMatch: specs.map((spec) => `<rootDir>/${spec}`),
  testTimeout: 3000,
};
