import { SampleShop } from './sample-shop.js';

const LARGE_ORDER_CENTS = 150_000;

describe('The sample order, its process killed after each checkpoint in turn', () => {
  const shop = new SampleShop();
  beforeAll(() => shop.open(), 60_000);
  afterAll(() => shop.close());

  /**
   * What the order's effects were, without what names the order itself. The guard looks at customers in each invocation, and a
   * message is sent at most once.
   */
  const effectsOf = (orderId: string) =>
    shop
      .outsideEvents(orderId)
      .filter(({ system }) => system !== 'customers' && system !== 'messages')
      .map(({ system, event }) => `${system}: ${event}`);

  const messagesOf = (orderId: string) =>
    shop.outsideEvents(orderId).filter(({ system }) => system === 'messages').length;

  it('ends as the uninterrupted order does, and no completed step has run twice', async () => {
    let checkpoints = 0;
    const stopCounting = shop.service.onCheckpoint(() => void (checkpoints += 1));
    const uninterrupted = await shop.fulfil('uninterrupted', LARGE_ORDER_CENTS);
    stopCounting();
    expect(uninterrupted.status).toBe('SUCCEEDED');
    expect(checkpoints).toBeGreaterThan(4);

    for (let fatal = 1; fatal <= checkpoints; fatal += 1) {
      const orderId = `killed-after-${fatal}`;
      const { kills, description } = await killedAfter(orderId, fatal);
      expect(kills).toBe(1);
      expect(description.result?.replaceAll(orderId, 'uninterrupted')).toBe(uninterrupted.result);
      expect(effectsOf(orderId)).toEqual(effectsOf('uninterrupted'));
      expect(messagesOf(orderId)).toBeLessThanOrEqual(1);
    }
  });

  async function killedAfter(orderId: string, fatal: number) {
    let seen = 0;
    let kills = 0;
    const stopListening = shop.service.onCheckpoint((executionArn) => {
      seen += 1;
      if (seen === fatal && shop.service.killInvocation(executionArn)) kills += 1;
    });
    const description = await shop.fulfil(orderId, LARGE_ORDER_CENTS);
    stopListening();
    return { kills, description };
  }
});
