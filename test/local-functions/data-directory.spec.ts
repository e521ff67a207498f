import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliProcess } from './support/cli-process.js';
import { dist } from './support/worker-fixture.js';

const RESULT = 'x'.repeat(20_000);

describe('nestjs-durable dev on its data directory', () => {
  let home: string;
  const running: CliProcess[] = [];

  const data = () => join(home, 'kept');
  const database = () => join(data(), 'executions.lmdb');

  const dev = (...more: string[]) => {
    const args = ['dev', '--function', 'f=./fn.mjs#handler', '--data', 'kept', '--port', '0', ...more];
    const service = new CliProcess(args, { cwd: home });
    running.push(service);
    return service;
  };
  const endpointOf = async (service: CliProcess) =>
    /http:\/\/[\d.:]+/.exec(await service.line(/listens at/))?.[0] as string;

  const begin = async (endpoint: string, name: string) => {
    const response = await fetch(`${endpoint}/2015-03-31/functions/f/invocations?Qualifier=$LATEST`, {
      method: 'POST',
      headers: { 'x-amz-invocation-type': 'Event', 'x-amz-durable-execution-name': name },
      body: '{}',
    });
    return response.status;
  };
  const listed = async (endpoint: string) => {
    const response = await fetch(`${endpoint}/2025-12-01/functions/f/durable-executions?MaxItems=1000`);
    const { DurableExecutions } = (await response.json()) as { DurableExecutions: Record<string, string>[] };
    return DurableExecutions.map(({ DurableExecutionName }) => DurableExecutionName);
  };

  /** Serves, starts executions, and ends. */
  const fill = async (signal: NodeJS.Signals) => {
    const service = dev();
    const endpoint = await endpointOf(service);
    for (let index = 0; index < 5; index += 1) expect(await begin(endpoint, `n-${index}`)).toBe(202);
    service.child.kill(signal);
    await service.ended;
  };

  const complaintOf = async (service: CliProcess) => {
    expect(await service.ended).toBe(1);
    expect(service.complaints).toHaveLength(1);
    expect(service.complaints[0]).toMatch(/^nestjs-durable: The data directory /);
    expect(service.complaints[0]).toContain(data());
    return service.complaints[0] as string;
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'durable-data-'));
    const handler = `async () => ({ Status: 'SUCCEEDED', Result: ${JSON.stringify(JSON.stringify(RESULT))} })`;
    writeFileSync(join(home, 'fn.mjs'), `export const handler = ${handler};\n`);
  });
  afterEach(async () => {
    for (const service of running.splice(0)) {
      service.child.kill('SIGKILL');
      await service.ended;
    }
    rmSync(home, { recursive: true });
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('goes on after %s', async (signal) => {
    await fill(signal);
    expect((await listed(await endpointOf(dev()))).sort()).toEqual(['n-0', 'n-1', 'n-2', 'n-3', 'n-4']);
  });

  it.each([
    ['was truncated', 'SIGTERM', () => truncateSync(database(), Math.floor(statSync(database()).size * 0.3))],
    ['was truncated', 'SIGKILL', () => truncateSync(database(), 8_192)],
    ['is empty', 'SIGKILL', () => truncateSync(database(), 0)],
    ['has other bytes in its middle', 'SIGTERM', () => overwrite(database(), 0.02, 0.4)],
    ['has other bytes at its beginning', 'SIGKILL', () => overwrite(database(), 0, 0.05)],
  ] as const)(
    'says that a database which %s is damaged, after %s, and leaves it as it is',
    async (_, signal, damage) => {
      await fill(signal);
      damage();
      const before = readFileSync(database());
      expect(await complaintOf(dev())).toMatch(/is damaged: .* Restore it from a copy, or move it out of the way/);
      expect(readFileSync(database()).equals(before)).toBe(true);
    },
  );

  it('does not share its directory with another', async () => {
    await endpointOf(dev());
    expect(await complaintOf(dev())).toContain('is in use by process');
  });

  const canUnshare = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
  (canUnshare ? it : it.skip)('does not share its directory with another in a container of its own', async () => {
    await endpointOf(dev());
    const program = join(dist, 'esm/local/cli/main.js');
    const args = [program, 'dev', '--function', 'f=./fn.mjs#handler', '--data', 'kept', '--port', '0'];
    const other = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', process.execPath, ...args], {
      cwd: home,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(other.status).toBe(1);
    expect(other.stderr).toContain('is in use by a service in another container');
  });

  const hasLimits = spawnSync('bash', ['-c', 'ulimit -f 2000']).status === 0;
  (hasLimits ? it : it.skip)('ends on a full disk, says so in one line, and has lost nothing', async () => {
    const program = join(dist, 'esm/local/cli/main.js');
    const args = [program, 'dev', '--function', 'f=./fn.mjs#handler', '--data', 'kept', '--port', '0'];
    const limited = ['-c', 'ulimit -f 2000; exec "$@"', 'bash', process.execPath, ...args];
    const service = new CliProcess(limited, { cwd: home, program: 'bash' });
    running.push(service);
    const endpoint = await endpointOf(service);
    const accepted: string[] = [];
    for (let index = 0; index < 200; index += 1) {
      const status = await begin(endpoint, `n-${index}`).catch(() => 0);
      if (status !== 202) break;
      accepted.push(`n-${index}`);
    }
    expect(accepted.length).toBeGreaterThan(3);
    expect(await complaintOf(service)).toContain('cannot be written: the file may not grow further');
    expect(await listed(await endpointOf(dev()))).toEqual(expect.arrayContaining(accepted));
  });
});

/** Writes bytes that mean nothing over a part of a file. */
function overwrite(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  for (let at = Math.floor(bytes.length * from); at < bytes.length * to; at += 1) bytes[at] = (at * 7919) % 251;
  writeFileSync(path, bytes);
}
