const AMBIENT = Symbol.for('nestjs-durable-execution:ambient-log-fields');

type Ambient = { [AMBIENT]?: () => Record<string, unknown> | undefined };

/**
 * Fields that telemetry adds to lines outside operations and bodies, such as those of guards and of ordinary routes.
 */
export function ambientLogFields(): Record<string, unknown> | undefined {
  return (globalThis as Ambient)[AMBIENT]?.();
}
