import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliProcess } from './support/cli-process.js';
import { dist } from './support/worker-fixture.js';

describe('nestjs-durable dev, whatever is asked of it', () => {
  let home: string;
  let service: CliProcess;

  const serve = async (limit?: string) => {
    const args = ['dev', '--function', 'f=./fn.mjs#handler', '--port', '0'];
    const program = [process.execPath, join(dist, 'esm/local/cli/main.js'), ...args];
    service = limit
      ? new CliProcess(['-c', `${limit}; exec "$@"`, 'bash', ...program], { cwd: home, program: 'bash' })
      : new CliProcess(args, { cwd: home });
    return /http:\/\/[\d.:]+/.exec(await service.line(/listens at/))?.[0] as string;
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'durable-bounds-'));
    const slow = `await new Promise((resolve) => setTimeout(resolve, 200));`;
    writeFileSync(
      join(home, 'fn.mjs'),
      `export const handler = async () => { ${slow} return { Status: 'SUCCEEDED' }; };\n`,
    );
  });
  afterEach(async () => {
    service.child.kill('SIGKILL');
    await service.ended;
    rmSync(home, { recursive: true });
  });

  it('says nothing of clients that hang up in the middle of a request', async () => {
    const endpoint = await serve();
    const paths = ['/2015-03-31/functions/f/invocations', '/fn/f/', '/_local/faults'];
    for (const path of paths) {
      const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
      socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"a":`);
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.destroy();
    }
    expect((await fetch(`${endpoint}/_local/status`)).status).toBe(200);
    service.child.kill('SIGTERM');
    await service.ended;
    expect(service.complaints).toEqual([]);
  });

  const hasLimits = spawnSync('bash', ['-c', 'ulimit -n 100']).status === 0;
  (hasLimits ? it : it.skip)('waits, and says so once, while there are too many open files', async () => {
    const endpoint = await serve('ulimit -n 100');
    const path = '/2015-03-31/functions/f/invocations?Qualifier=$LATEST';
    for (let index = 0; index < 60; index += 1) {
      const headers = { 'x-amz-invocation-type': 'Event', connection: 'close' };
      expect((await fetch(`${endpoint}${path}`, { method: 'POST', headers, body: '{}' })).status).toBe(202);
    }
    const succeeded = () => service.lines.filter((line) => /execution succeeded/.test(line)).length;
    while (succeeded() < 60) await service.next();
    const shortages = service.lines.filter((line) => line.includes('too many open files'));
    expect(shortages.length).toBeLessThanOrEqual(1);
    expect(service.lines.filter((line) => /execution failed/.test(line))).toEqual([]);
  });
});
