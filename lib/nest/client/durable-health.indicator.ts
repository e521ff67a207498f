import { Inject, Injectable } from '@nestjs/common';
import { DurableControlClient } from '../../client/control-client.js';
import type { ApiHealth, DurableHealthOptions } from './api-health.js';

/** What Terminus accepts from an indicator. */
export type DurableHealthResult<Key extends string> = Record<Key, { status: 'up' | 'down' } & ApiHealth>;

/**
 * Tells `@nestjs/terminus` whether the API of durable executions responds; it does not need that package itself. It
 * lists the executions of a name that no execution has, once, and persists nothing.
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
   * @throws {DurableConfigurationError} (rejects) when no function is named, outside Lambda
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
