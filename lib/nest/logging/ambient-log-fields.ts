const AMBIENT = Symbol.for('nestjs-durable-execution:ambient-log-fields');

type Ambient = { [AMBIENT]?: () => Record<string, unknown> | undefined };

/** What telemetry adds to lines that no operation and no body writes, such as those of guards and of ordinary routes. */
export function ambientLogFields(): Record<string, unknown> | undefined {
  return (globalThis as Ambient)[AMBIENT]?.();
}
