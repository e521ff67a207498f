import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRequirement, readRequirements } from './requirement.js';

describe('parseRequirement', () => {
  it('takes the id from the file and the suite from the folder', () => {
    expect(parseRequirement('/x/wait_for_callback/7-1.yaml', 'description: A')).toMatchObject({
      id: '7-1',
      suite: 'wait_for_callback',
      description: 'A',
    });
  });

  it('takes an empty input for null, and what is absent for nothing expected', () => {
    const requirement = parseRequirement('step/1-1.yaml', '---\nInput:\n');
    expect(requirement).toMatchObject({ input: null, isAsync: false, expectedHistory: [], expectedLogs: [] });
    expect(requirement.expectedResult).toBeUndefined();
  });
});

describe('readRequirements', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'requirements-'));
    for (const path of ['step/1-10.yaml', 'step/1-2.yaml', 'wait/2-1.yml']) {
      await mkdir(join(directory, path, '..'), { recursive: true });
      await writeFile(join(directory, path), 'Input: 1');
    }
    await writeFile(join(directory, 'README.md'), '# No requirement');
    await mkdir(join(directory, 'empty'));
  });

  afterAll(() => rm(directory, { recursive: true }));

  const ids = async (selection: string[]) => (await readRequirements(directory, selection)).map(({ id }) => id);

  it('orders by number', async () => {
    expect(await ids([])).toEqual(['1-2', '1-10', '2-1']);
  });

  it('selects by id and by suite', async () => {
    expect(await ids(['1-10', 'wait'])).toEqual(['1-10', '2-1']);
  });

  it('rejects a selection that names nothing, and a folder without requirements', async () => {
    await expect(ids(['1-3'])).rejects.toThrow('No requirement or suite is called 1-3.');
    await expect(readRequirements(join(directory, 'empty'))).rejects.toThrow('There is no requirement');
  });
});
