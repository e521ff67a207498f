import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const oxlint = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint');

function lint(directory: string): { status: number | null; output: string } {
  const args = [oxlint, '--config', join(root, '.oxlintrc.json'), directory];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { status, output: stdout };
}

describe('the imports of the sources', () => {
  it('form no cycle, not even by types', () => {
    const { status, output } = lint('lib');
    expect(output).toMatch(/on \d{3,} files with 1 rules/);
    expect(status).toBe(0);
  });

  it('are checked for cycles of types', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cycle-'));
    try {
      writeFileSync(join(directory, 'a.ts'), "import type { B } from './b.js';\nexport type A = B | 1;\n");
      writeFileSync(join(directory, 'b.ts'), "import type { A } from './a.js';\nexport type B = A | 2;\n");
      expect(lint(directory)).toEqual({ status: 1, output: expect.stringContaining('Dependency cycle detected') });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
