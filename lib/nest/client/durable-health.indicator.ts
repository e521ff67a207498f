import { Inject, Injectable } from '@nestjs/common';
import { DurableControlClient } from '../../client/control-client.js';
import type { ApiHealth } from './api-health.js';

export interface DurableHealthOptions {
  /**
   * The function about whose executions the API is asked; the role needs `lambda:ListDurableExecutionsByFunction` on it, and
   * a refusal is an answer too. @defaultValue this very function, by `AWS_LAMBDA_FUNCTION_NAME`
   */
  functionName?: string;
  /** The longest that an answer may take, in milliseconds. @defaultValue 3000 */
  timeoutMs?: number;
}

/** What Terminus takes of an indicator. */
export type DurableHealthResult<Key extends string> = Record<Key, { status: 'up' | 'down' } & ApiHealth>;

/**
 * Tells whether the API of durable executions answers, as an indicator for `@nestjs/terminus`, which it does not need itself.
 * It asks once for executions of a name that none has, and persists nothing.
 *
 * @example
 * ```ts
 * @Get('health') @HealthCheck()
 * check() { return this.health.check([() => this.durable.isHealthy('durable')]); }
 * ```
 */
@Injectable()
export class DurableHealthIndicator {
  constructor(@Inject(DurableControlClient) private readonly control: DurableControlClient) {}

  /**
   * Never rejects because of the API.
   * @throws {DurableConfigurationError} (rejects) when no function is named, outside of Lambda
   */
  async isHealthy<const Key extends string = 'durable'>(
    key = 'durable' as Key,
    options: DurableHealthOptions = {},
  ): Promise<DurableHealthResult<Key>> {
    const { apiHealth } = await import('./api-health.js');
    const { isUp, ...health } = await apiHealth(this.control, options);
    return { [key]: { status: isUp ? 'up' : 'down', ...health } } as DurableHealthResult<Key>;
  }
}
