import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

describe('npm start', () => {
  it('shows an order that survives both kills, and ends by itself with --once', async () => {
    const demo = spawn(process.execPath, ['scripts/start.mjs', '--once'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [output, complaints, [exitCode]] = await Promise.all([
      text(demo.stdout),
      text(demo.stderr),
      once(demo, 'exit'),
    ]);
    expect({ exitCode, complaints }).toEqual({ exitCode: 0, complaints: '' });
    expect(output).toMatch(/HTTP 400: .*customer should not be empty/);
    expect(output).toMatch(/kill -9 of the function/);
    expect(output).toMatch(/kill -9 of the whole service/);
    expect(output).toMatch(/reserved 1×, charged 1×, shipped 1×, texted 1×/);
    expect(output).toMatch(/received 3 requests to charge, under 1 idempotency key/);
    expect(output).toMatch(/declared to run at most once/);
  });
});
