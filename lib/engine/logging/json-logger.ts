import type { DurableLogger } from './durable-logger.js';

type Level = 'error' | 'warn' | 'info' | 'debug';

/** Order of the levels of `AWS_LAMBDA_LOG_LEVEL`; a record below the configured one is dropped. */
const SEVERITY: Readonly<Record<string, number>> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 };

/** Writes each record as one JSON line on the console, as CloudWatch and the Lambda console read them. */
export const jsonLogger: DurableLogger = {
  error: (...params) => write('error', params),
  warn: (...params) => write('warn', params),
  info: (...params) => write('info', params),
  debug: (...params) => write('debug', params),
};

function write(level: Level, params: unknown[]): void {
  const threshold = SEVERITY[process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() ?? 'INFO'] ?? SEVERITY.INFO!;
  if (SEVERITY[level.toUpperCase()]! < threshold) return;
  console[level](JSON.stringify({ timestamp: new Date().toISOString(), level: level.toUpperCase(), ...merged(params) }));
}

/** Objects add their members, errors their name and message, texts make up the message. */
function merged(params: unknown[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  const texts: string[] = [];
  for (const param of params) {
    if (param instanceof Error) Object.assign(record, errorMembers(param));
    else if (typeof param === 'object' && param !== null) Object.assign(record, param);
    else texts.push(String(param));
  }
  if (texts.length > 0) record.message = texts.join(' ');
  return record;
}

function errorMembers(error: Error): Record<string, unknown> {
  return { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') };
}
