import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalService, startLocalService } from 'nestjs-durable-execution/local';

/** The sample on the local durable service, with the folder that holds what happened outside of it. */
export interface ShopService {
  service: LocalService;
  outsideWorld: string;
}

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

/** Starts the two functions of the shop, each in processes of its own: the HTTP API, and the durable one behind it. */
export async function startShop({ port, gatewayMs }: { port: number; gatewayMs: number }): Promise<ShopService> {
  const outsideWorld = mkdtempSync(join(tmpdir(), 'order-fulfilment-'));
  const environment = { OUTSIDE_WORLD: outsideWorld, GATEWAY_MS: String(gatewayMs), NODE_NO_WARNINGS: '1' };
  const service = await startLocalService({
    port,
    functions: {
      'orders-api': { module: main, environment, timeoutSeconds: 30 },
      'fulfil-order': { module: main, environment, durable: { executionTimeoutSeconds: 7 * 24 * 3600 } },
    },
  });
  return { service, outsideWorld };
}
