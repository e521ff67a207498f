import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = (format: string) =>
  readFileSync(fileURLToPath(new URL(`../../dist/${format}/shared/load-named-plugins.js`, import.meta.url)), 'utf8');

describe('Plugins that DURABLE_EXECUTION_PLUGINS names, in a bundle', () => {
  // webpack and ncc replace `import()` and an imported `createRequire()`, and then find only what is in the bundle.
  it.each(['esm', 'cjs'])('are looked for by Node, not by the bundler (%s)', (format) => {
    expect(built(format)).toMatch(/import\(\s*\/\* webpackIgnore: true \*\//);
    expect(built(format)).not.toMatch(/(from|require\()\s*["'](node:)?module["']/);
  });
});
