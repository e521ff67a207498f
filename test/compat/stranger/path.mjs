// The path of a stranger: `nest new`, install the package, paste the README, build, run, test. What the README prints is
// what is typed; only what differs from reader to reader is filled in.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../../scripts/run.mjs';
import { actsOf } from './page.mjs';
import { Shell } from './shell.mjs';

/** The reader's patience with the example, from starting the service to the result. */
const EXAMPLE_MS = 10_000;

const EXPECTED = new Map([
  [/^npx nestjs-durable start/, /\{"paid":"payment-7","parcel":"parcel-7"\}/],
  [/^npx nestjs-durable show/, /order-7 succeeded[\s\S]*charge card[\s\S]*cooling-off period[\s\S]*ship/],
  [/^npx nestjs-durable list/, /SUCCEEDED .*order-7/],
]);

/** What the tests of a fresh application say of themselves, with jest and with vitest. */
const OWN_TESTS = ['npm test', 'npm run test:e2e'];

/**
 * @param settings.nest major version of `@nestjs/cli`
 * @param settings.tarball the packed package
 * @param settings.directory an empty one
 * @param settings.port on which the local service may listen
 * @param settings.tell takes each line of the transcript
 */
export async function walk({ nest, tarball, directory, port, environment, tell }) {
  const shell = new Shell(directory, { ...environment, npm_config_prefer_offline: 'true', NO_COLOR: '1', CI: '1' });
  const fill = (command) =>
    command
      .replace('npx @nestjs/cli ', `npx --yes @nestjs/cli@${nest} `)
      .replace(/\S*nestjs-durable-execution-\S+\.tgz/, tarball)
      .replace(/^(npx nestjs-durable \w+)/, `$1 --port ${port}`);
  let exampleSince;
  try {
    for (const act of actsOf(join(root, 'README.md'), 'The first ten minutes')) {
      if ('file' in act) {
        shell.write(act);
        tell(`(paste ${act.file})`);
        continue;
      }
      const { command } = act;
      if (command.startsWith('npx nestjs-durable dev')) {
        exampleSince = Date.now();
        await timed(tell, command, () => shell.serve(fill(command), /listens at/));
        continue;
      }
      const output = await timed(tell, command, () => shell.type(fill(command)));
      for (const [start, expected] of EXPECTED) if (start.test(command)) assert.match(output, expected);
      if (/nestjs-durable start/.test(command)) {
        const tookMs = Date.now() - exampleSince;
        tell(`(the example has succeeded ${(tookMs / 1000).toFixed(1)} s after its service was started)`);
        assert.ok(tookMs < EXAMPLE_MS, `The example took ${tookMs} ms.`);
      }
    }
    for (const command of OWN_TESTS) assert.match(await timed(tell, command, () => shell.type(command)), /1 passed/);
  } finally {
    await shell.close();
  }
}

async function timed(tell, command, work) {
  const since = Date.now();
  const output = await work();
  tell(`${((Date.now() - since) / 1000).toFixed(1).padStart(6)} s  $ ${command}`);
  return output;
}
