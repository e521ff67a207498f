import { Injectable } from '@nestjs/common';
import { Compensate, CurrentStep, retryPresets, Step } from 'nestjs-durable-execution';

export interface Trip {
  id: string;
  to: string;
  nights: number;
}

/** A placeholder for the booking systems. They recognise a booking by its key, and book a key once. */
@Injectable()
export class Agencies {
  async book(what: string, { id, to }: Trip, key: string): Promise<string> {
    console.log(`book ${what} to ${to} with key ${key}`);
    return `${what}-of-${id}`;
  }

  /** Cancelling a cancelled or missing booking changes nothing, so it may be repeated. */
  async cancel(what: string, { id }: Trip): Promise<void> {
    console.log(`cancel ${what}-of-${id}`);
  }
}

/**
 * What is booked, and how it is undone. With `irreversible`, the application boots only if an undo exists for the step.
 * The undo uses the trip, because the booking is unknown if the agency did not respond.
 */
@Injectable()
export class Bookings {
  constructor(
    private readonly agencies: Agencies,
    private readonly step: CurrentStep,
  ) {}

  @Step({ name: 'book flight', idempotent: true, irreversible: true, retryStrategy: retryPresets.linear })
  bookFlight(trip: Trip): Promise<string> {
    return this.agencies.book('flight', trip, this.step.idempotencyKey);
  }

  @Compensate('book flight')
  cancelFlight(_booking: string | undefined, trip: Trip): Promise<void> {
    return this.agencies.cancel('flight', trip);
  }

  @Step({ name: 'book hotel', idempotent: true, irreversible: true, retryStrategy: retryPresets.linear })
  bookHotel(trip: Trip): Promise<string> {
    return this.agencies.book('hotel', trip, this.step.idempotencyKey);
  }

  @Compensate('book hotel')
  cancelHotel(_booking: string | undefined, trip: Trip): Promise<void> {
    return this.agencies.cancel('hotel', trip);
  }

  @Step({ name: 'book car', idempotent: true, irreversible: true, retryStrategy: retryPresets.linear })
  bookCar(trip: Trip): Promise<string> {
    return this.agencies.book('car', trip, this.step.idempotencyKey);
  }

  @Compensate('book car')
  cancelCar(_booking: string | undefined, trip: Trip): Promise<void> {
    return this.agencies.cancel('car', trip);
  }
}
