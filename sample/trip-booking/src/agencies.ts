import { Injectable } from '@nestjs/common';
import { CurrentStep, retryPresets, Step } from 'nestjs-durable-execution';

export interface Trip {
  id: string;
  to: string;
  nights: number;
}

/** Stands for the booking systems outside. They know a booking by its key, and book a key once. */
@Injectable()
export class Agencies {
  async book(what: string, { id, to }: Trip, key: string): Promise<string> {
    console.log(`book ${what} to ${to} with key ${key}`);
    return `${what}-of-${id}`;
  }

  /** Cancelling what is cancelled, or was never booked, changes nothing: it may be asked for again. */
  async cancel(booking: string): Promise<void> {
    console.log(`cancel ${booking}`);
  }
}

/** What is booked and taken back, each as a step. Taking back is tried for long: it must not be left undone. */
@Injectable()
export class Bookings {
  constructor(
    private readonly agencies: Agencies,
    private readonly step: CurrentStep,
  ) {}

  @Step({ name: 'book flight', idempotent: true, retryStrategy: retryPresets.linear })
  bookFlight(trip: Trip): Promise<string> {
    return this.agencies.book('flight', trip, this.step.idempotencyKey);
  }

  @Step({ name: 'cancel flight', idempotent: true })
  cancelFlight(booking: string): Promise<void> {
    return this.agencies.cancel(booking);
  }

  @Step({ name: 'book hotel', idempotent: true, retryStrategy: retryPresets.linear })
  bookHotel(trip: Trip): Promise<string> {
    return this.agencies.book('hotel', trip, this.step.idempotencyKey);
  }

  @Step({ name: 'cancel hotel', idempotent: true })
  cancelHotel(booking: string): Promise<void> {
    return this.agencies.cancel(booking);
  }

  @Step({ name: 'book car', idempotent: true, retryStrategy: retryPresets.linear })
  bookCar(trip: Trip): Promise<string> {
    return this.agencies.book('car', trip, this.step.idempotencyKey);
  }
}
