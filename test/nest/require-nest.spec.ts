import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ENTRY = join(process.cwd(), 'dist/cjs/index.js');
const LOAD = `console.log(typeof require(${JSON.stringify(ENTRY)}).createLambdaHandler)`;

/** Nest 12 is ES modules only, and AWS Lambda switches `require()` of those off. */
describe('The CommonJS entry', () => {
  it('says how to mend an application whose process may not require ES modules, with the cause', async () => {
    const failing = run(process.execPath, ['--no-experimental-require-module', '-e', LOAD]);
    const { stderr } = (await failing.catch((error: unknown) => error)) as { stderr: string };
    const errorLines = stderr.slice(stderr.indexOf('Error: ')).split('\n    at ')[0];
    expect(errorLines).toMatch(/^Error: This application is CommonJS, its Nest is ES modules only/);
    const remedies = [...(errorLines ?? '').matchAll(/^- (\w+)/gm)].map(([, verb]) => verb);
    // The last one is the last resort: AWS does not support it.
    expect(remedies).toEqual(['bundle', 'ship', 'set']);
    expect(stderr).toMatch(/\[cause\]: Error \[ERR_REQUIRE_ESM\]/);
  });

  it('loads where they may be required', async () => {
    const { stdout } = await run(process.execPath, ['--experimental-require-module', '--no-warnings', '-e', LOAD]);
    expect(stdout).toBe('function\n');
  });

  it('hides no other reason for which Nest does not load', async () => {
    const broken = `const load = module.constructor._load;
      module.constructor._load = (name, ...rest) => {
        if (name === '@nestjs/core') throw new Error('disk on fire');
        return load(name, ...rest);
      };`;
    const failing = run(process.execPath, ['-e', broken + LOAD]);
    const { stderr } = (await failing.catch((error: unknown) => error)) as { stderr: string };
    expect(stderr).toContain('Error: disk on fire');
    expect(stderr).not.toContain('NODE_OPTIONS');
  });
});
