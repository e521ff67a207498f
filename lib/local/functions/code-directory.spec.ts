import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeDirectoryOf } from './code-directory.js';

describe('codeDirectoryOf', () => {
  const base = mkdtempSync(join(tmpdir(), 'code-directory-'));
  const elsewhere = mkdtempSync(join(tmpdir(), 'code-directory-'));

  function write(directory: string, manifest: object): void {
    mkdirSync(join(base, directory), { recursive: true });
    writeFileSync(join(base, directory, 'package.json'), JSON.stringify(manifest));
  }

  beforeAll(() => {
    write('packages/orders', { name: 'orders' });
    write('packages/private', { private: true });
    write('dist', { type: 'commonjs' });
  });

  afterAll(() => {
    for (const directory of [base, elsewhere]) rmSync(directory, { recursive: true });
  });

  it.each([
    ['dist/lambda.js', 'dist'],
    ['dist/functions/order/lambda.js', 'dist'],
    ['lambda.mjs', ''],
    ['packages/orders/dist/functions/lambda.js', 'packages/orders/dist'],
    ['packages/orders/lambda.js', 'packages/orders'],
    ['packages/private/dist/functions/lambda.js', 'packages/private/dist'],
    ['.build/functions/lambda.js', '.build'],
    ['build/.output/functions/lambda.js', 'build/.output'],
  ])('finds for %s the build in its package, or in the directory of the service', (module, expected) => {
    expect(codeDirectoryOf(join(base, module), base)).toBe(join(base, expected));
  });

  it('is the folder of a module that is in neither', () => {
    expect(codeDirectoryOf(join(elsewhere, 'a/b/lambda.js'), base)).toBe(join(elsewhere, 'a/b'));
  });
});
