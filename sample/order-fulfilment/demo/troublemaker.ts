import type { HistoryEvent } from 'nestjs-durable-execution';
import type { OutsideEvent } from '../src/outside/outside-world.js';
import { narrate, narrateOutside, say } from './narration.js';
import type { ShopClient } from './shop-client.js';
import type { ShopServer } from './shop-server.js';
import type { OrderWatcher } from './watch-order.js';

/** Prints what happens to the order, kills what it depends on, and approves it in the end. */
export class Troublemaker implements OrderWatcher {
  #hasKilledFunction = false;

  constructor(
    private readonly server: ShopServer,
    private readonly shop: ShopClient,
    private readonly executionArn: string,
  ) {}

  async onHistory(event: HistoryEvent): Promise<void> {
    narrate(event);
    if (event.type === 'WaitStarted') await this.#killService();
  }

  async onOutside(event: OutsideEvent): Promise<void> {
    narrateOutside(event);
    if (event.event === 'asked to charge' && !event.isFirstRequest) await this.#killFunctionOnce();
    if (event.event === 'asked') await this.#approve(String(event.answerTo));
  }

  async #killFunctionOnce(): Promise<void> {
    if (this.#hasKilledFunction) return;
    this.#hasKilledFunction = await this.server.killFunction(this.executionArn);
    say('  >>>>>>>>>>>>  kill -9 of the function: its process is gone, in the middle of a step');
  }

  async #killService(): Promise<void> {
    await this.server.killAndRestart();
    say('  >>>>>>>>>>>>  kill -9 of the whole service, started again on its data');
  }

  async #approve(path: string): Promise<void> {
    say('  The order is large, so it waits for an approval, without any process running. The back office approves:');
    say(`  ${this.shop.signedCurl(path, { approved: true })}`);
    const { status } = await this.shop.postSigned(path, { approved: true });
    say(`  HTTP ${status}`);
    if (status !== 204) throw new Error('The approval was not accepted, so the order would wait for days.');
  }
}
