import { Module } from '@nestjs/common';
import { DurableExecutionModule } from 'nestjs-durable-execution';
import { Agencies, Bookings } from './agencies.js';
import { TripBooking } from './trip-booking.service.js';

@Module({ imports: [DurableExecutionModule.forRoot()], providers: [TripBooking, Bookings, Agencies] })
export class TripModule {}
