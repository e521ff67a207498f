export const DurableLogLevel = { INFO: 'INFO', WARN: 'WARN', ERROR: 'ERROR', DEBUG: 'DEBUG' } as const;
export type DurableLogLevel = (typeof DurableLogLevel)[keyof typeof DurableLogLevel];

/** The data in every record of an execution. */
export interface DurableLogData {
  requestId: string;
  executionArn: string;
  tenantId?: string;
  operationId?: string;
  operationName?: string;
  attempt?: number;
  [key: string]: unknown;
}

/** Gives a custom logger the data of the operation that is logging. */
export interface DurableLoggingContext {
  getDurableLogData: () => DurableLogData;
}

/** The logger that the engine needs; Powertools' and the console's fit. */
export interface DurableLogger {
  log?(level: DurableLogLevel, ...params: unknown[]): void;
  error(...params: unknown[]): void;
  warn(...params: unknown[]): void;
  info(...params: unknown[]): void;
  debug(...params: unknown[]): void;
  configureDurableLoggingContext?(durableLoggingContext: DurableLoggingContext): void;
}

/** The logger of a context: silent while the context replays. */
export type DurableContextLogger<TLogger extends DurableLogger = DurableLogger> = Pick<
  TLogger,
  'log' | 'warn' | 'info' | 'error' | 'debug'
>;

export interface LoggerConfig<TLogger extends DurableLogger = DurableLogger> {
  customLogger?: TLogger;
  /** Whether records are dropped while the context replays. @defaultValue true */
  modeAware?: boolean;
}
