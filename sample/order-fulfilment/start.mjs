// Compiles the sample, as `nest build` with SWC would, and runs its demo. Arguments: see `demo/main.ts`.
import { buildSample } from './build.mjs';

await buildSample();
await import('./dist/demo/main.js');
