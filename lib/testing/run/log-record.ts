/** A record that the execution has logged, through `context.logger` or by the engine. */
export interface LogRecord {
  level: string;
  /** The logged arguments. */
  params: readonly unknown[];
}
