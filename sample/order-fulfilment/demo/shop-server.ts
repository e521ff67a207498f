import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('cli/main.js', import.meta.resolve('nestjs-durable-execution/local')));
const config = fileURLToPath(new URL('../../durable.config.mjs', import.meta.url));

/** The local durable service in a separate process, as `npx nestjs-durable dev --data …` runs it. */
export class ShopServer {
  readonly #directory = mkdtempSync(join(tmpdir(), 'order-fulfilment-'));
  #process: ChildProcess | undefined;
  #endpoint = '';

  /** @param gatewayMs how long the payment gateway takes to respond */
  constructor(private readonly gatewayMs: number) {}

  get endpoint(): string {
    return this.#endpoint;
  }

  /** The file with the events in other systems. */
  get outsideWorld(): string {
    return join(this.#directory, 'outside');
  }

  /** @param port 0 for any free port */
  async start(port: number): Promise<void> {
    const options = ['--config', config, '--data', join(this.#directory, 'data'), '--port', String(port), '--json'];
    this.#process = spawn(process.execPath, [cli, 'dev', ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, OUTSIDE_WORLD: this.outsideWorld, GATEWAY_MS: String(this.gatewayMs) },
    });
    this.#endpoint = await announcedEndpoint(this.#process);
  }

  /** Kills the service while it works, and starts it again on the same data. */
  async killAndRestart(): Promise<void> {
    await this.#end('SIGKILL');
    await this.start(Number(new URL(this.#endpoint).port));
  }

  /** Kills the process in which the function runs for an execution. */
  async killFunction(executionArn: string): Promise<boolean> {
    const body = JSON.stringify({ execution: executionArn });
    const response = await fetch(`${this.#endpoint}/_local/kill`, { method: 'POST', body });
    return ((await response.json()) as { killed: boolean }).killed;
  }

  /** What `nestjs-durable show` prints of an execution. */
  async show(executionArn: string): Promise<void> {
    const port = new URL(this.#endpoint).port;
    await once(spawn(process.execPath, [cli, 'show', executionArn, '--port', port], { stdio: 'inherit' }), 'exit');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exit = once(running, 'exit');
    running.kill(signal);
    await exit;
  }
}

/** The first line names the address of the service; a service that cannot start has printed the reason on stderr. */
async function announcedEndpoint(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const { type, endpoint } = JSON.parse(line) as { type: string; endpoint: string };
    if (type !== 'listening') continue;
    server.stdout!.resume();
    return endpoint;
  }
  process.exit(1);
}
