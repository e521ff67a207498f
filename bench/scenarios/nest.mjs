// What durability costs a Nest application during its boot. Compared by CPU: beside other load, wall time says little.
import { readFile } from 'node:fs/promises';
import { bundle } from '../lib/bundle.mjs';
import { runFresh } from '../lib/fresh-process.mjs';

const bundles = new Map();

async function bootBundle({ name, program, options = 'http: false' }) {
  if (!bundles.has(name)) {
    const source = await readFile(new URL(`../programs/${program}`, import.meta.url), 'utf8');
    bundles.set(name, await bundle(`nest-${bundles.size}`, source.replace('http: false', options)));
  }
  const { path, bytes } = bundles.get(name);
  return { ...(await runFresh('programs/boot-bundle.mjs', [path])), kilobytes: bytes / 1024 };
}

const bootHandlers = ({ count }) => runFresh('programs/nest-handlers.mjs', [String(count)]);

export const scenarios = [
  {
    name: 'createLambdaHandler up to the method, over a bare createApplicationContext, bundled',
    contestants: () => [
      { name: 'bare', program: 'nest-bare.mjs' },
      { name: 'ours', program: 'nest-durable.mjs' },
    ],
    baseline: 'bare',
    fresh: bootBundle,
    over: { cpu: 10, kilobytes: 60 },
  },
  {
    name: 'createLambdaHandler with HTTP over one without, up to the method, bundled',
    contestants: () => [
      { name: 'without HTTP', program: 'nest-durable.mjs' },
      { name: 'with HTTP', program: 'nest-durable.mjs', options: 'http: true' },
    ],
    baseline: 'without HTTP',
    subject: 'with HTTP',
    fresh: bootBundle,
  },
  {
    name: 'Nest bootstrap with durable handlers',
    contestants: () => [
      { name: '1 handler', count: 1 },
      { name: '100 handlers', count: 100 },
    ],
    baseline: '1 handler',
    subject: '100 handlers',
    fresh: bootHandlers,
    over: { cpu: 25 },
  },
];
