import base from '../../jest.config.js';
import { HEART } from './heart.mjs';

const { specs } = HEART[process.env.MUTATE_PART];

/** The specs of one part alone. */
export default { ...base.projects[0], rootDir: '../..', testMatch: specs.map((spec) => `<rootDir>/${spec}`) };
