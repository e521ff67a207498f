import { Injectable } from '@nestjs/common';
import { Durable, DurableInput } from 'nestjs-durable-execution';
import { Bookings, type Trip } from './agencies.js';

@Injectable()
export class TripBooking {
  constructor(private readonly bookings: Bookings) {}

  /**
   * Books all three, or none. When one fails permanently, the earlier bookings are undone in reverse order, and then
   * the execution fails with that error. The undos are steps too: a crash in the middle of them does not leave half a
   * trip.
   */
  @Durable('book-trip')
  async book(@DurableInput() trip: Trip): Promise<{ flight: string; hotel: string; car: string }> {
    const flight = await this.bookings.bookFlight(trip);
    const hotel = await this.bookings.bookHotel(trip);
    const car = await this.bookings.bookCar(trip);
    return { flight, hotel, car };
  }
}
