import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliProcess } from '../local-functions/support/cli-process.js';

const ENGINE = pathToFileURL(join(process.cwd(), 'dist/esm/engine/index.js')).href;

/** What the page tells of: an approval, and a delay in which the execution can be paused, resumed and stopped. */
const ORDER = `
import { withDurableExecution } from '${ENGINE}';

export const handler = withDurableExecution(async (order, context) => {
  const { approved } = await context.waitForCallback('approval', async () => undefined, { timeout: { days: 1 } });
  await context.step('decide', async () => (approved ? 'approved order ' + order.id : 'refused'));
  await context.wait('delivery', { days: 3 });
});
`;

let home: string;
const processes: CliProcess[] = [];

function cli(...args: string[]): CliProcess {
  const started = new CliProcess(args, { cwd: home });
  processes.push(started);
  return started;
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'durable-docs-'));
  await mkdir(join(home, 'dist'));
  await writeFile(join(home, 'package.json'), '{ "type": "module" }');
  await writeFile(join(home, 'dist/lambda.js'), ORDER);
});
afterAll(async () => {
  for (const { child } of processes) child.kill('SIGKILL');
  await Promise.all(processes.map(({ ended }) => ended));
  await rm(home, { recursive: true });
});

/** The commands of a section, as a shell would split them. */
async function commandsUnder(heading: string): Promise<string[][]> {
  const page = await readFile(join(process.cwd(), 'docs/local-service.md'), 'utf8');
  const block = new RegExp(`^## ${heading}\n\n\`\`\`sh\n([^]*?)\`\`\``, 'm').exec(page)?.[1] ?? '';
  const words = (line: string) => [...line.replace(/ #.*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
  return block
    .trim()
    .split('\n')
    .map((line) => words(line).map(([, single, double, plain]) => single ?? double ?? plain ?? ''))
    .map(([, , ...args]) => args);
}

describe('The commands of docs/local-service.md that look at an execution and steer it', () => {
  it('do what they say, one after the other', async () => {
    const service = cli('dev', '--function', 'order=./dist/lambda.js#handler', '--port', '0');
    const port = /127\.0\.0\.1:(\d+)/.exec(await service.line(/listen/))?.[1] ?? '';
    const [start, ...others] = await commandsUnder('Look and steer');

    const waiting = cli(...start!, '--port', port);
    await service.line(/order order-7 .*approval.* started/);
    const said: Record<string, string> = {};
    for (const args of others) {
      if (args[0] === 'pause') await service.line(/order order-7 .*delivery.* started/);
      const command = cli(...args, '--port', port);
      expect({ args, code: await command.ended, complaints: command.complaints }).toMatchObject({ code: 0 });
      said[args[0]!] = command.lines.join('\n');
      if (args[0] === 'stop') expect([await waiting.ended, ...waiting.complaints].join(' ')).toMatch(/^1 .*STOPPED/);
    }

    expect(Object.keys(said)).toEqual([
      'list',
      'show',
      'history',
      'replay',
      'callback',
      'pause',
      'resume',
      'stop',
      'delete',
    ]);
    expect(said.list).toContain('order-7');
    expect(said.show).toContain('approval');
    expect(said.history).toContain('callback');
    expect(said.callback).toBe('The callback has succeeded.');
    expect(said.pause).toMatch(/^paused arn:/);
    expect(said.resume).toMatch(/^resumed arn:/);
    expect(said.delete).toMatch(/^deleted arn:/);
    await service.line(/decide.*"approved order 7"/);
  });
});
