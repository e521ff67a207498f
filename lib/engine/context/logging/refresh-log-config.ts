/**
 * Does nothing. The official SDK reads `DURABLE_VERBOSE_MODE` again; here is no verbose mode, but a handler that imports
 * the name must load.
 */
export function refreshLogConfig(): void {
  // The levels are those of AWS_LAMBDA_LOG_LEVEL.
}
