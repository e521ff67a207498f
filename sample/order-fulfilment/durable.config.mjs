// The functions that the local durable service runs: `npx nestjs-durable dev --config durable.config.mjs`.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sample = fileURLToPath(new URL('.', import.meta.url));

/** Where the simulated systems keep their events, and how long a charge takes. */
const environment = {
  OUTSIDE_WORLD: process.env.OUTSIDE_WORLD ?? join(sample, '.outside-world'),
  GATEWAY_MS: process.env.GATEWAY_MS ?? '0',
};

const code = { module: join(sample, 'dist/src/main.js'), environment };

export default {
  functions: {
    'orders-api': { ...code, timeoutSeconds: 30 },
    'fulfil-order': { ...code, durable: { executionTimeoutSeconds: 7 * 24 * 3600, retentionPeriodInDays: 14 } },
  },
};
