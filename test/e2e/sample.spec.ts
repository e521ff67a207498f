import { SampleShop } from './sample-shop.js';

describe('The sample shop', () => {
  const shop = new SampleShop();
  beforeAll(() => shop.open(), 60_000);
  afterAll(() => shop.close());

  const order = { customer: 'Grace', items: [{ sku: 'clock', quantity: 1, priceCents: 2_500 }] };

  it.each([
    ['without a customer', { ...order, customer: '' }, 'customer should not be empty'],
    ['without items', { ...order, items: [] }, 'items should not be empty'],
    [
      'of no pieces',
      { ...order, items: [{ sku: 'clock', quantity: 0, priceCents: 1 }] },
      'items.0.quantity must not be less than 1',
    ],
    [
      'with an id that names no execution',
      { ...order, orderId: 'a b' },
      'orderId must be 1 to 64 letters, digits, - or _',
    ],
  ])('refuses an order %s with the reason, and starts nothing', async (_what, bad, reason) => {
    const response = await shop.request('/orders', bad);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { message: string[] }).message).toContain(reason);
    const { value } = await shop.executions().next();
    expect(value).toBeUndefined();
  });

  it('takes a small order over HTTP, and fulfils it once however often it is posted', async () => {
    const placed = await shop.request('/orders', { ...order, orderId: 'small' });
    const again = await shop.request('/orders', { ...order, orderId: 'small' });
    expect([placed.status, again.status]).toEqual([202, 202]);
    expect(await again.json()).toEqual(await placed.json());
    const { status, result } = await shop.fulfil('small-2', 2_500);
    expect({ status, result: JSON.parse(result!) as unknown }).toEqual({
      status: 'SUCCEEDED',
      result: { orderId: 'small-2', status: 'shipped', paymentId: 'payment-small-2', trackingNumber: 'parcel-small-2' },
    });
    expect(shop.outsideEvents('small-2').filter(({ event }) => event === 'charged')).toHaveLength(1);
  });

  it('answers 404 for an order that it does not know', async () => {
    const response = await shop.request('/orders/nobody');
    expect(response.status).toBe(404);
  });
});
