// What is tried: `prepare` once, `check` on every Node.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, compile, layOut, lenient, sources } from './applications.mjs';
import { bundle as bundleCheck } from './libraries/bundle.mjs';
import { outcome, run } from './run.mjs';

/** As on AWS Lambda. */
const ON_LAMBDA = '--no-experimental-require-module';
/** The remedy that the boot-time diagnosis names first. */
const WITH_REMEDY = '--experimental-require-module';

const systems = {
  esm: { type: 'module', otherCopy: 'esm' },
  cjs: { type: 'commonjs', otherCopy: 'cjs' },
};

const appOf = (consumer) => (consumer === 'engine' ? 'engine' : 'nest');

/** Runs the scenario on a module that was compiled, or bundled. */
async function drive(node, out, { nodeOptions = ON_LAMBDA, module, app }) {
  const args = [join(out, 'drive.js'), module, ...(app === 'nest' ? ['routes'] : [])];
  const output = await run(node, args, { nodeOptions: `${nodeOptions} --no-warnings` });
  assert.match(output, /the scenario holds/);
}

function compiled(consumer, system, { nodeOptions, entry = 'main' } = {}) {
  const app = appOf(consumer);
  return {
    name: `${consumer} ${system}${entry === 'main' ? '' : ` ${entry}`}`,
    consumer,
    prepare: (directory) => compile(directory, { app, ...systems[system] }),
    check: (node, out) => drive(node, out, { app, nodeOptions, module: join(out, `${entry}.js`) }),
  };
}

function bundled(consumer, format) {
  const app = appOf(consumer);
  return {
    name: `${consumer} bundle ${format}`,
    consumer,
    prepare: async (directory) => ({
      module: await bundle(directory, { app, format }),
      out: await compile(directory, { app, ...systems.esm }),
    }),
    check: (node, { module, out }) => drive(node, out, { app, module }),
  };
}

const diagnosis = {
  name: 'nest12 cjs without require(esm)',
  consumer: 'nest12',
  prepare: (directory) => compile(directory, { app: 'nest', ...systems.cjs }),
  check: async (node, out) => {
    const { status, output } = await outcome(node, [join(out, 'main.js')], { nodeOptions: ON_LAMBDA });
    assert.notEqual(status, 0);
    assert.match(output, /Error: This application is CommonJS, its Nest is ES modules only/);
    assert.match(output, /NODE_OPTIONS=--experimental-require-module/);
  },
};

function underJest(consumer, system, { app = 'nest', passed = 1 } = {}) {
  const isEsm = system === 'esm';
  const config = {
    testEnvironment: 'node',
    testMatch: ['<rootDir>/src/**/*.spec.ts'],
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    transform: { '^.+\\.ts$': ['ts-jest', { useESM: isEsm }] },
    ...(isEsm && { extensionsToTreatAsEsm: ['.ts'] }),
  };
  return {
    name: `${consumer} ${system} under jest`,
    consumer,
    prepare: (directory) => {
      // Without the flag for ES modules, jest has no `import()`.
      const otherCopy = isEsm ? 'esm' : 'own';
      const place = layOut(directory, { name: 'jest', app, type: systems[system].type, otherCopy });
      writeFileSync(join(place, 'jest.config.json'), JSON.stringify(config));
      return { place, jest: join(directory, 'node_modules/jest/bin/jest.js') };
    },
    check: async (node, { place, jest }) => {
      const nodeOptions = isEsm ? '--experimental-vm-modules --no-warnings' : '';
      const output = await run(node, [jest, '--rootDir', place], { cwd: place, nodeOptions });
      assert.ok(output.includes(`Tests:       ${passed} passed, ${passed} total`), output);
    },
  };
}

function underVitest(consumer, { app = 'nest', passed = 1 } = {}) {
  return {
    name: `${consumer} esm under vitest`,
    consumer,
    prepare: (directory) => ({
      place: layOut(directory, { name: 'vitest', app, ...systems.esm }),
      vitest: join(directory, 'node_modules/vitest/vitest.mjs'),
    }),
    check: async (node, { place, vitest }) => {
      const output = await run(node, [vitest, 'run', '--globals', '--root', place], { cwd: place });
      assert.match(output, new RegExp(`Tests.*${passed} passed`));
    },
  };
}

/** What was compiled, under Node's own runner: without globals, and without a transform. */
function underNodeTest(consumer, system, { nodeOptions = ON_LAMBDA } = {}) {
  return {
    name: `${consumer} ${system} under node:test`,
    consumer,
    prepare: (directory) => compile(directory, { app: 'testing', ...systems[system] }),
    check: async (node, out) => {
      const output = await run(node, ['--test', join(out, 'under-node.js')], {
        nodeOptions: `${nodeOptions} --no-warnings`,
      });
      assert.match(output, /pass 5\b/);
      assert.match(output, /fail 0\b/);
    },
  };
}

/** The testing kit: five scenarios, and one with the runner's fake timers and matchers. */
const kit = { app: 'testing', passed: 6 };

/** The matchers in the declarations of `@jest/globals` and of vitest; those of `@types/jest` are in the project's own specs. */
const typedMatchers = {
  name: 'testing12 matchers are typed',
  consumer: 'testing12',
  onLastNode: true,
  prepare: (directory) => compile(directory, { name: 'matchers', app: 'matchers', ...systems.esm, checks: lenient }),
  check: (node, out) => run(node, [join(out, 'main.js')]),
};

/** Errors of real libraries, provoked on the loopback. @param isMinified whether the names of their classes are gone */
function errorsOfLibraries(isMinified) {
  return {
    name: isMinified ? 'libraries minified' : 'libraries',
    consumer: 'libraries',
    prepare: async (directory) => {
      cpSync(join(sources, 'libraries'), join(directory, 'src'), { recursive: true });
      const check = join(directory, 'src/check.mjs');
      return isMinified ? await bundleCheck(directory, check) : check;
    },
    check: async (node, program) =>
      assert.match(await run(node, ['--no-warnings', program]), /errors are judged right/),
  };
}

/** Files of the ecosystem that are no use case. */
const MACHINERY = /^(drive-use-case|sandbox|sandboxes|use-case|nestjs-cls|.*\.setup)\.ts$/;

const useCases = readdirSync(join(sources, 'ecosystem'))
  .filter((file) => !MACHINERY.test(file))
  .map((file) => file.replace(/\.ts$/, ''));

/** One package of the ecosystem, on the last of the Nodes: these take a process for each invocation. */
function inEcosystem(consumer, useCase) {
  const type = consumer === 'ecosystem11' ? 'commonjs' : 'module';
  return {
    name: `${consumer} ${useCase}`,
    consumer,
    onLastNode: true,
    prepare: (directory) => compile(directory, { app: 'ecosystem', type, otherCopy: 'own', checks: lenient }),
    check: async (node, out) => {
      const output = await run(node, [join(out, 'drive-use-case.js'), join(out, `${useCase}.js`)]);
      assert.match(output, /all courses are equal/);
    },
  };
}

/** What the libraries of GitHub, Stripe and Standard Webhooks sign, and refuse. */
const signatures = {
  name: 'ecosystem12 signatures',
  consumer: 'ecosystem12',
  onLastNode: true,
  prepare: (directory) =>
    compile(directory, { name: 'signatures', app: 'signatures', type: 'module', otherCopy: 'own', checks: lenient }),
  check: async (node, out) => assert.match(await run(node, [join(out, 'main.js')]), /all signatures are judged right/),
};

export const cases = [
  compiled('nest12', 'esm'),
  compiled('nest12', 'cjs', { nodeOptions: WITH_REMEDY }),
  compiled('nest12', 'esm', { entry: 'fastify' }),
  diagnosis,
  compiled('nest11', 'esm'),
  compiled('nest11', 'cjs'),
  compiled('nest11', 'cjs', { entry: 'fastify' }),
  bundled('nest12', 'esm'),
  bundled('nest12', 'cjs'),
  bundled('nest11', 'esm'),
  bundled('nest11', 'cjs'),
  compiled('engine', 'esm'),
  compiled('engine', 'cjs'),
  underJest('nest12', 'esm'),
  underJest('nest11', 'cjs'),
  underVitest('nest12'),
  underJest('testing12', 'esm', kit),
  underJest('testing11', 'cjs', kit),
  underVitest('testing12', kit),
  underVitest('testing11', kit),
  underNodeTest('testing12', 'esm'),
  typedMatchers,
  underNodeTest('testing11', 'cjs'),
  errorsOfLibraries(false),
  errorsOfLibraries(true),
  signatures,
  ...['ecosystem12', 'ecosystem11'].flatMap((consumer) => useCases.map((useCase) => inEcosystem(consumer, useCase))),
];
