import { Injectable } from '@nestjs/common';
import { Durable, DurableInput, ExecutionError } from 'nestjs-durable-execution';
import { Bookings, type Trip } from './agencies.js';

/** What has been booked, and how it is taken back. */
type Compensation = () => Promise<void>;

@Injectable()
export class TripBooking {
  constructor(private readonly bookings: Bookings) {}

  /** All three, or none: what was booked before something failed is taken back, the last one first. */
  @Durable('book-trip')
  async book(@DurableInput() trip: Trip): Promise<{ flight: string; hotel: string; car: string }> {
    const compensations: Compensation[] = [];
    try {
      const flight = await this.bookings.bookFlight(trip);
      compensations.push(() => this.bookings.cancelFlight(flight));
      const hotel = await this.bookings.bookHotel(trip);
      compensations.push(() => this.bookings.cancelHotel(hotel));
      const car = await this.bookings.bookCar(trip);
      return { flight, hotel, car };
    } catch (error) {
      for (const takeBack of compensations.reverse()) await takeBack();
      throw new ExecutionError(`The trip to ${trip.to} cannot be booked: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}
