import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadHandler } from './load-handlers.js';
import { readRequirements, type Requirement } from './requirement.js';

const script = fileURLToPath(new URL('../../scripts/conformance.mjs', import.meta.url));
const given = fileURLToPath(new URL('../../../shared/conformance', import.meta.url));

interface ReportedOutcome {
  id: string;
  status: string;
  problems: string[];
}

interface ConformanceRun {
  exitCode: number;
  output: string;
  outcomes: ReportedOutcome[];
}

async function runConformance(directory: string, ...selection: string[]): Promise<ConformanceRun> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const json = join(folder, 'report.json');
  const command = [script, '--requirements', directory, '--json', json, ...selection];
  const { exitCode, output } = await promisify(execFile)(process.execPath, command).then(
    ({ stdout }) => ({ exitCode: 0, output: stdout }),
    (error) => ({ exitCode: error.code as number, output: `${error.stdout}${error.stderr}` }),
  );
  const outcomes = existsSync(json) ? JSON.parse(await readFile(json, 'utf8')) : [];
  await rm(folder, { recursive: true });
  return { exitCode, output, outcomes };
}

function outcomesById({ outcomes, output }: ConformanceRun): Map<string, ReportedOutcome> {
  if (outcomes.length === 0) throw new Error(output);
  return new Map(outcomes.map((outcome) => [outcome.id, outcome]));
}

/** Its plugins are not told whether an invocation that ends was the first, nor when an attempt ended. */
const gapsOfOfficialSdk = ['10-19', '10-21'];

/** The requirements lie beside the checkout, not in it. */
const requirements = existsSync(given) ? await readRequirements(given) : [];
const handled: Requirement[] = [];
const unhandled: Requirement[] = [];
for (const requirement of requirements) {
  const { suite, id } = requirement;
  const handler = await loadHandler(suite, id);
  (handler ? handled : unhandled).push(requirement);
}

if (requirements.length === 0) {
  describe('the conformance requirements', () => {
    it.skip(`are not at ${given}, so that nothing can be checked against them`, () => undefined);
  });
} else {
  const cases = (list: Requirement[]) => list.map(({ id, suite, description }) => [suite, id, description.trim()]);

  describe('the conformance requirements', () => {
    let outcomes: Map<string, ReportedOutcome>;

    beforeAll(async () => {
      outcomes = outcomesById(await runConformance(given, ...handled.map(({ id }) => id)));
    }, 240_000);

    it.each(cases(handled))('%s %s: %s', (_, id) => {
      expect(outcomes.get(id)).toMatchObject({ problems: [], status: 'passed' });
    });

    // A requirement that was dropped in since shows up here until somebody states its handler.
    for (const { id, suite, description } of unhandled) it.todo(`${suite} ${id}: ${description.trim()}`);
  });

  describe('the conformance requirements under the official SDK, which judge the local service', () => {
    let outcomes: Map<string, ReportedOutcome>;

    beforeAll(async () => {
      outcomes = outcomesById(await runConformance(given, '--sdk', 'official', ...handled.map(({ id }) => id)));
    }, 240_000);

    it.each(cases(handled.filter(({ id }) => !gapsOfOfficialSdk.includes(id))))('%s %s: %s', (_, id) => {
      expect(outcomes.get(id)).toMatchObject({ problems: [], status: 'passed' });
    });

    it.each(cases(handled.filter(({ id }) => gapsOfOfficialSdk.includes(id))))('%s %s is not met by it', (_, id) => {
      expect(outcomes.get(id)).toMatchObject({ status: 'failed', problems: [expect.stringMatching(/^log /)] });
    });
  });

  describe('the conformance runner', () => {
    let directory: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'requirements-'));
      await cp(join(given, 'step'), join(directory, 'step'), { recursive: true });
    });

    afterAll(() => rm(directory, { recursive: true }));

    const change = async (id: string, from: string, to: string) => {
      const path = join(directory, 'step', `${id}.yaml`);
      const text = await readFile(path, 'utf8');
      expect(text).toContain(from);
      await writeFile(path, text.replace(from, to));
    };

    it('fails, and names the event, when the history differs', async () => {
      await change('1-3', 'EventType: StepSucceeded', 'EventType: StepFailed');
      const { exitCode, output } = await runConformance(directory, '1-3');
      expect(exitCode).toBe(1);
      expect(output).toContain('event 3 EventType: expected "StepFailed", found "StepSucceeded"');
      expect(output).toContain('0 met, 1 not met');
    });

    it('fails when only the result or the logs differ', async () => {
      await change('1-1', 'Result: Hello, World!', 'Result: Good night!');
      await change('1-9', '---', '---\nExpectedLogs: [{ match: { message: step executed }, count: 2 }]');
      const { exitCode, outcomes } = await runConformance(directory, '1-1', '1-9');
      expect(exitCode).toBe(1);
      expect(outcomes.map(({ problems }) => problems)).toEqual([
        ['Result: expected "Good night!", found "Hello, World!"'],
        ['log {"message":"step executed"}: expected 2 records, found 1'],
      ]);
    });

    it('fails for a requirement that has no handler', async () => {
      await cp(join(directory, 'step/1-4.yaml'), join(directory, 'step/99-1.yaml'));
      const { exitCode, output } = await runConformance(directory, '99-1');
      expect(exitCode).toBe(1);
      expect(output).toContain('0 met, 0 not met, 1 without a handler');
    });

    it('says how it is used when the requirements are not given, and what is wrong when they are not there', async () => {
      const run = (...args: string[]) => promisify(execFile)(process.execPath, [script, ...args]);
      await expect(run('step')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: npm run') });
      const missing = join(directory, 'nowhere');
      await expect(run('--requirements', missing)).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining(missing),
      });
    });
  });
}
