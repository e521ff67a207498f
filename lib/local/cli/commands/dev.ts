import { once } from 'node:events';
import { RealClock } from '../../clock/real-clock.js';
import { SkipClock } from '../../clock/skip-clock.js';
import type { LocalServiceOptions } from '../../local-service-options.js';
import type { LocalService } from '../../local-service.js';
import { startLocalService } from '../../start-local-service.js';
import { CliError } from '../cli-error.js';
import type { Command, CommandContext } from '../command.js';
import { DevProgress } from '../dev-progress.js';
import { readDevSettings } from '../dev-settings.js';
import type { DevSettings } from '../dev-settings.js';
import { flagOption } from '../option-values.js';
import { oneLine } from '../terminal-style.js';
import type { Terminal } from '../terminal.js';

export const dev: Command = {
  summary: 'serve functions on this machine as AWS does',
  positionals: '',
  minPositionals: 0,
  maxPositionals: 0,
  options: {
    config: { type: 'string', value: 'FILE', description: 'config file (durable.config.ts, .mjs or .js)' },
    function: {
      type: 'string',
      multiple: true,
      value: 'NAME=FILE#EXPORT',
      description: 'a durable function; may be given more than once',
    },
    'plain-function': {
      type: 'string',
      multiple: true,
      value: 'NAME=FILE#EXPORT',
      description: 'a function that is not durable',
    },
    data: {
      type: 'string',
      value: 'DIRECTORY',
      description: 'directory that keeps executions over a restart (default: in memory)',
    },
    'time-scale': {
      type: 'string',
      value: 'N',
      description: 'let waits, retries and timeouts pass N times faster: with 60 a minute takes a second',
    },
    'skip-time': {
      type: 'boolean',
      description: 'never wait: time jumps to the next wait or retry whenever no function runs',
    },
    inspect: {
      type: 'boolean',
      description: 'let a debugger attach: one port per function, one invocation at a time, no function timeouts',
    },
    'inspect-port': { type: 'string', value: 'PORT', description: 'port of the first function (9229), and --inspect' },
    quiet: { type: 'boolean', description: 'print no progress' },
  },
  examples: [
    'nestjs-durable dev --function order=./dist/lambda.js#handler',
    'nestjs-durable dev --function order=./dist/lambda.js --plain-function http=./dist/http.js --data .durable-data',
    'nestjs-durable dev --skip-time        a wait of 14 days completes immediately',
    'nestjs-durable dev --time-scale 3600  a wait of an hour takes a second',
    'nestjs-durable dev --inspect          then attach to 127.0.0.1:9229, the next function to 9230, …',
  ],
  run,
};

async function run({ values, json, terminal }: CommandContext): Promise<void> {
  const settings = await readDevSettings(values, process.cwd());
  const clock = settings.skipTime ? new SkipClock() : new RealClock({ scale: settings.timeScale });
  const quiet = flagOption(values, 'quiet') ?? false;
  const progress = new DevProgress({ terminal, json, quiet, now: () => clock.now() });
  const failure = new AbortController();
  const service = await startService(settings, {
    clock,
    workers: workerOptions(progress),
    log: (message) => terminal.complain(`nestjs-durable: ${oneLine(message)}`),
    onFailure: (error) => failure.abort(error),
  });
  service.onEvent((arn, event) => progress.event(arn, event));
  announce(service, settings, { json, terminal });
  const ended = AbortSignal.any([terminal.interrupted, failure.signal]);
  if (!ended.aborted) await once(ended, 'abort');
  await service.close();
  failure.signal.throwIfAborted();
}

function workerOptions(progress: DevProgress): NonNullable<LocalServiceOptions['workers']> {
  return {
    log: (line) => progress.log(line),
    onBootFailure: (functionName, failure) => progress.bootFailure(functionName, failure),
    onInvocation: (invocation, ended) => {
      // The history of a durable function shows its invocations.
      if (invocation.durableExecutionArn === undefined)
        void ended.then((result) => progress.plainInvocation(invocation, result));
    },
    watch: {
      onReload: (functionName) => progress.reload(functionName),
      onError: (error) => progress.watchFailure(error),
    },
  };
}

async function startService(
  { functions, baseDirectory, host, port, dataDirectory, region, includeExecutionData }: DevSettings,
  { workers, ...options }: Pick<LocalServiceOptions, 'clock' | 'workers' | 'log' | 'onFailure'>,
): Promise<LocalService> {
  try {
    return await startLocalService({
      functions: Object.fromEntries(functions.map(({ name, ...spec }) => [name, spec])),
      ...{ host, port, dataDirectory, region, includeExecutionData, ...options },
      workers: { baseDirectory, ...workers },
    });
  } catch (error) {
    throw listeningFailure(error as NodeJS.ErrnoException, { host, port }) ?? error;
  }
}

function listeningFailure(
  { code, syscall }: NodeJS.ErrnoException,
  { host, port }: Pick<DevSettings, 'host' | 'port'>,
): CliError | undefined {
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return undefined;
  if (code === 'EADDRINUSE') {
    return new CliError(
      `Port ${port} is in use; stop the program that listens there, or choose another port with --port.`,
    );
  }
  return new CliError(`It is not possible to listen on ${host}, port ${port}: ${code}.`);
}

function announce(
  { endpoint }: LocalService,
  { functions, dataDirectory }: DevSettings,
  { json, terminal }: { json: boolean; terminal: Terminal },
): void {
  const { print, paint } = terminal;
  const listed = functions.map(({ name, durable, inspectPort }) => ({
    name,
    durable: durable !== undefined,
    url: `${endpoint}/fn/${name}/`,
    ...(inspectPort !== undefined && { debugger: `127.0.0.1:${inspectPort}` }),
  }));
  if (json) return print(JSON.stringify({ type: 'listening', endpoint, functions: listed, dataDirectory }));
  print(`The local durable service listens at ${paint('bold', endpoint)}`);
  const width = Math.max('function'.length, ...listed.map(({ name }) => name.length));
  print(paint('dim', `  ${'function'.padEnd(width)}  ${'kind'.padEnd(7)}  URL`));
  for (const { name, durable, url, debugger: port } of listed) {
    const kind = (durable ? 'durable' : 'plain').padEnd(7);
    print(
      `  ${paint('bold', name.padEnd(width))}  ${kind}  ${url}${port === undefined ? '' : `  debugger at ${port}`}`,
    );
  }
  print(`  AWS clients find it with AWS_ENDPOINT_URL_LAMBDA=${endpoint}`);
  print(
    `  Executions are kept ${dataDirectory === undefined ? 'in memory; --data keeps them over a restart' : `in ${dataDirectory}`}`,
  );
  print('');
}
