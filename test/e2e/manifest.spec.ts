import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../lib/manifest/index.js';

const root = process.cwd();
const cli = (format: 'esm' | 'cjs') => join(root, 'dist', format, 'local/cli/main.js');
const MAIN = join(root, 'sample/order-fulfilment/dist/src/main.js');

function run(format: 'esm' | 'cjs', ...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli(format), 'manifest', ...args], {
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

describe('nestjs-durable manifest', () => {
  beforeAll(async () => {
    const { buildSample } = (await import('../../sample/order-fulfilment/build.mjs' as string)) as {
      buildSample(): Promise<void>;
    };
    await buildSample();
  });

  it.each(['esm', 'cjs'] as const)('prints what the sample needs, which the SAM template grants (%s)', (format) => {
    const { stdout, stderr, status } = run(format, MAIN);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });

    const { functions, iam } = JSON.parse(stdout) as Manifest;

    expect(functions).toEqual([{ export: 'handler', handlers: ['fulfil-order'], http: true }]);
    const template = readFileSync(join(root, 'sample/deploy/sam/template.yaml'), 'utf8');
    const actions = Object.values(iam).flatMap((statements) => statements.flatMap(({ Action }) => Action));
    expect(actions).toContain('lambda:CheckpointDurableExecution');
    expect(actions.filter((action) => !template.includes(action))).toEqual([]);
  });

  it('ends, and prints nothing but JSON, whatever the file does while it loads', () => {
    const directory = mkdtempSync(join(tmpdir(), 'durable-manifest-'));
    const file = join(directory, 'noisy.mjs');
    writeFileSync(
      file,
      `console.log('loading'); setInterval(() => undefined, 1_000); export * from ${JSON.stringify(MAIN)};`,
    );
    const { stdout, stderr, status } = run('esm', file);
    rmSync(directory, { recursive: true });
    expect(status).toBe(0);
    expect(stderr).toBe('loading\n');
    expect(JSON.parse(stdout)).toMatchObject({ version: 1 });
  });

  it('says that a bundle holds a copy of Nest, and what to give instead', () => {
    const directory = mkdtempSync(join(tmpdir(), 'durable-manifest-'));
    const bundle = join(directory, 'index.mjs');
    spawnSync(process.execPath, [join(root, 'sample/deploy/bundle.mjs'), MAIN, bundle]);
    const { stderr, status } = run('esm', bundle);
    rmSync(directory, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toContain('Two copies of Nest are loaded');
    expect(stderr).toContain('give the manifest the output of the build');
  });

  it('says in one sentence what is wrong', () => {
    expect(run('esm', 'nowhere.js')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/There is no file .+nowhere/),
    });
    expect(run('esm', join(root, 'package.json'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('cannot be read'),
    });
  });
});
