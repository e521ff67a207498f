/** A record that the execution has logged, through `context.logger` or by the engine. */
export interface LogRecord {
  level: string;
  /** What was logged: its arguments. */
  params: readonly unknown[];
}
