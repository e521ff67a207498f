import { tellWorld } from './use-case.js';

/** Without Datadog's extension its tracer writes spans to standard output, for the forwarder to read. */
Object.assign(process.env, {
  DD_TRACE_ENABLED: 'true',
  DD_SERVICE: 'orders',
  DD_SITE: 'datadoghq.example',
  DD_FLUSH_TO_LOG: 'true',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_API_KEY: 'none',
});

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string | Uint8Array, ...rest: []) => {
  for (const line of String(chunk).split('\n')) {
    if (line.startsWith('{"traces"')) tell(line);
  }
  return write(chunk, ...rest);
}) as typeof process.stdout.write;

function tell(line: string): void {
  const { traces } = JSON.parse(line) as { traces: Array<Array<{ name: string; error: number }>> };
  for (const { name, error } of traces.flat()) tellWorld(`span ${name} ${error ? 'broken' : 'fine'}`);
}
