import base from '../../jest.config.js';
import { HEART } from './heart.mjs';

/** A mutant that never ends is stopped by an error, which may arise after its test: the process goes on to the next. */
process.on('uncaughtException', () => undefined);

const { specs } = HEART[process.env.MUTATE_PART];

/** The specs of one part alone. */
export default { ...base.projects[0], rootDir: '../..', testMatch: specs.map((spec) => `<rootDir>/${spec}`) };
