import { assertServiceOptions } from './check-service-options.js';
import type { LocalServiceOptions } from './local-service-options.js';
import type { LocalService } from './local-service.js';
import { openServiceCore } from './open-service-core.js';
import { RunningService } from './running-service.js';

/**
 * Starts the local durable service.
 *
 * @throws {TypeError} for a wrong option
 * @throws {Error} when the port is taken, or the data directory cannot be used
 * @example
 * const service = await startLocalService({ functions: { orders: { handler, durable: { executionTimeoutSeconds: 3600 } } } });
 * // A handler of this process calls AWS, unless this names the service.
 * process.env.AWS_ENDPOINT_URL_LAMBDA = service.endpoint;
 * const client = new LambdaClient({
 *   endpoint: service.endpoint,
 *   region: 'us-east-1',
 *   credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
 * });
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  assertServiceOptions(options);
  const endpoint: { url: string } = { url: '' };
  const core = await openServiceCore(options, () => endpoint.url);
  const service = new RunningService(core, options);
  endpoint.url = await service.start();
  return service;
}
