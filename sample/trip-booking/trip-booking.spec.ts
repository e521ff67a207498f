import { DurableTest } from 'nestjs-durable-execution/testing';
import { Agencies, type Trip } from './src/agencies.js';
import { TripModule } from './src/trip.module.js';
import { TripBooking } from './src/trip-booking.service.js';

const trip: Trip = { id: 't-7', to: 'Oslo', nights: 3 };

/** Books a key once, and refuses what is sold out. */
class AgenciesInTest extends Agencies {
  readonly booked = new Map<string, string>();
  soldOut = '';

  override async book(what: string, { id }: Trip, key: string): Promise<string> {
    if (what === this.soldOut) throw new Error(`No ${what} is left.`);
    this.booked.set(key, `${what}-of-${id}`);
    return `${what}-of-${id}`;
  }

  override async cancel(what: string, { id }: Trip): Promise<void> {
    for (const [key, booked] of this.booked) if (booked === `${what}-of-${id}`) this.booked.delete(key);
  }
}

async function agency() {
  const outside = new AgenciesInTest();
  const test = await DurableTest.create({ imports: [TripModule] })
    .overrideProvider(Agencies)
    .useValue(outside);
  return { test, outside };
}

describe('A trip with compensation', () => {
  it('is booked', async () => {
    const { test, outside } = await agency();
    const run = await test.start(TripBooking, 'book', trip);
    await expect(run.result()).resolves.toEqual({ flight: 'flight-of-t-7', hotel: 'hotel-of-t-7', car: 'car-of-t-7' });
    expect(outside.booked.size).toBe(3);
    await test.close();
  });

  it('leaves nothing booked when the last part is sold out', async () => {
    const { test, outside } = await agency();
    outside.soldOut = 'car';
    const run = await test.start(TripBooking, 'book', trip);
    await run.outcome();
    expect(run).toHaveFailedWith({ type: 'StepError', message: 'No car is left.' });
    expect(outside.booked.size).toBe(0);
    expect(run).toHaveRun('undo book hotel', { times: 1 });
    expect(run).toHaveRun('undo book flight', { times: 1 });
    await test.close();
  });

  it('takes back what it has booked, whichever step fails', async () => {
    const { test } = await agency();
    await test.handlesEveryFailure((fresh) => fresh.start(TripBooking, 'book', trip), {
      compensations: { 'book flight': 'undo book flight', 'book hotel': 'undo book hotel' },
    });
    await test.close();
  });

  it('books each part once, and leaves nothing behind, wherever it crashes', async () => {
    const { test, outside } = await agency();
    outside.soldOut = 'car';
    await test.survivesEveryCrash((fresh) => fresh.start(TripBooking, 'book', trip), {
      check: () => expect(outside.booked.size).toBe(0),
    });
    await test.close();
  });
});
