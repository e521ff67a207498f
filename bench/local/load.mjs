// Drives the service from outside: starts, questions and their latencies.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';

export class Server {
  #child;
  endpoint;
  readyMs;

  static async start(options) {
    const server = new Server();
    server.#child = fork(fileURLToPath(new URL('./server.mjs', import.meta.url)), [JSON.stringify(options)], {
      execArgv: ['--expose-gc'],
    });
    const [{ endpoint, readyMs }] = await once(server.#child, 'message');
    return Object.assign(server, { endpoint, readyMs });
  }

  /** What the process holds, after a collection; first lets time jump, if told to. */
  async ask(question) {
    this.#child.send(question);
    const [answer] = await once(this.#child, 'message');
    return answer;
  }

  async kill() {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

export class Load {
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(endpoint) {
    this.endpoint = endpoint;
  }

  /** @returns milliseconds the call took */
  async start(index) {
    const body = `{"order":${index}}`;
    const headers = { 'content-length': body.length, 'x-amz-invocation-type': 'Event' };
    const before = performance.now();
    await this.#call('POST', '/2015-03-31/functions/f/invocations?Qualifier=$LATEST', { headers, body });
    return performance.now() - before;
  }

  /** @returns how many executions are open and how many invocations run */
  async status() {
    return JSON.parse(await this.#call('GET', '/_local/status', { headers: {} }));
  }

  close() {
    this.#agent.destroy();
  }

  #call(method, path, { headers, body }) {
    return new Promise((resolve, reject) => {
      const call = request(`${this.endpoint}${path}`, { method, headers, agent: this.#agent }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode < 300) resolve(text);
          else reject(new Error(`HTTP ${response.statusCode}: ${text}`));
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

/** Runs a task so many times, so many concurrently. @returns sorted latencies and the whole time, in milliseconds */
export async function inParallel(count, width, task) {
  const latencies = [];
  let next = 0;
  const before = performance.now();
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) latencies.push(await task(next++));
    }),
  );
  return { latencies: latencies.sort((left, right) => left - right), wallMs: performance.now() - before };
}

export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
