// The path of a stranger: `nest new`, install the package, paste the README, build, run, test, bundle, synthesise. What the
// pages print is what is typed; only what differs from reader to reader is filled in.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../../scripts/run.mjs';
import { actsOf } from './page.mjs';
import { Shell } from './shell.mjs';

/**
 * The reader's patience with the example, from starting the service to the result: a few seconds, and several times as
 * many on a busy machine.
 */
const EXAMPLE_MS = 60_000;

const EXPECTED = new Map([
  [/^npx nestjs-durable start/, /\{"paid":"payment-7","parcel":"parcel-7"\}/],
  [/^npx nestjs-durable show/, /order-7 succeeded[\s\S]*charge card[\s\S]*cooling-off period[\s\S]*ship/],
  [/^npx nestjs-durable list/, /SUCCEEDED .*order-7/],
  [/^npm test/, /2 passed/],
  [/^npm run test:e2e/, /1 passed/],
  [/^ls cdk.out/, /shop\.template\.json/],
  [/^npx nestjs-durable manifest/, /"name": "fulfil-order"[\s\S]*lambda:CheckpointDurableExecution/],
]);

/** A registry may be overloaded for minutes. */
const patientNpm = { npm_config_prefer_offline: 'true', npm_config_fetch_retries: '5' };

const ACTS = [
  ...actsOf(join(root, 'README.md'), 'The first ten minutes'),
  ...actsOf(join(root, 'docs/testing.md'), 'Testing'),
  // The application's own test and the one that was pasted, with jest or vitest.
  { command: 'npm test' },
  { command: 'npm run test:e2e' },
  ...actsOf(join(root, 'docs/deploying.md'), 'One file'),
  ...actsOf(join(root, 'docs/deploying.md'), 'CDK in one file'),
  { command: 'ls cdk.out' },
  ...actsOf(join(root, 'docs/deploying.md'), 'Who needs what'),
];

/**
 * @param settings.nest major version of `@nestjs/cli`
 * @param settings.tarball the packed package
 * @param settings.directory an empty one
 * @param settings.port on which the local service may listen
 * @param settings.tell takes each line of the transcript
 */
export async function walk({ nest, tarball, directory, port, environment, tell }) {
  const shell = new Shell(directory, { ...environment, ...patientNpm, NO_COLOR: '1', CI: '1' });
  const fill = (command) =>
    command
      .replace('npx @nestjs/cli ', `npx --yes @nestjs/cli@${nest} `)
      .replace(/\S*nestjs-durable-execution-\S+\.tgz/, tarball)
      .replace(/^(npx nestjs-durable \w+)/, `$1 --port ${port}`);
  const patience = new Patience(tell);
  try {
    for (const act of ACTS) {
      if ('file' in act) {
        shell.write(act);
        tell(`          (paste ${act.file})`);
        continue;
      }
      const { command } = act;
      await timed(tell, command, () => follow(shell, command, fill(command), patience));
    }
  } finally {
    await shell.close();
  }
}

async function follow(shell, command, filled, patience) {
  if (command.startsWith('npx nestjs-durable dev')) {
    patience.begins();
    return shell.serve(filled, /listens at/);
  }
  const output = await shell.type(filled);
  for (const [start, expected] of EXPECTED) if (start.test(command)) assert.match(output, expected);
  if (command.startsWith('npx nestjs-durable start')) patience.ends();
}

/** From the start of the local service to the result of the example. */
class Patience {
  #tell;
  #since;

  constructor(tell) {
    this.#tell = tell;
  }

  begins() {
    this.#since = Date.now();
  }

  ends() {
    const tookMs = Date.now() - this.#since;
    this.#tell(`${seconds(tookMs)}  (from the start of the service to the result)`);
    assert.ok(tookMs < EXAMPLE_MS, `The example took ${tookMs} ms.`);
  }
}

async function timed(tell, command, work) {
  const since = Date.now();
  await work();
  tell(`${seconds(Date.now() - since)}  $ ${command}`);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1).padStart(6)} s`;
}
