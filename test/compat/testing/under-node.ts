import { test } from 'node:test';
import { kitScenario } from './kit-scenario.js';

for (const [name, body] of Object.entries(kitScenario)) void test(name, body);
