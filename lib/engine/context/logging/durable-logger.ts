export const DurableLogLevel = { INFO: 'INFO', WARN: 'WARN', ERROR: 'ERROR', DEBUG: 'DEBUG' } as const;
export type DurableLogLevel = (typeof DurableLogLevel)[keyof typeof DurableLogLevel];

/** What every record of an execution carries. */
export interface DurableLogData {
  requestId: string;
  executionArn: string;
  tenantId?: string;
  operationId?: string;
  operationName?: string;
  attempt?: number;
  [key: string]: unknown;
}

/** Gives a custom logger the data of whatever operation is logging now. */
export interface DurableLoggingContext {
  getDurableLogData: () => DurableLogData;
}

/** A logger as the engine needs it; Powertools' and the console's fit. */
export interface DurableLogger {
  log?(level: DurableLogLevel, ...params: unknown[]): void;
  error(...params: unknown[]): void;
  warn(...params: unknown[]): void;
  info(...params: unknown[]): void;
  debug(...params: unknown[]): void;
  configureDurableLoggingContext?(durableLoggingContext: DurableLoggingContext): void;
}

/** The logger that a context hands out: silent while the context replays. */
export type DurableContextLogger<TLogger extends DurableLogger = DurableLogger> = Pick<
  TLogger,
  'log' | 'warn' | 'info' | 'error' | 'debug'
>;

export interface LoggerConfig<TLogger extends DurableLogger = DurableLogger> {
  customLogger?: TLogger;
  /** Whether records are dropped while the context replays. @defaultValue true */
  modeAware?: boolean;
}
