import 'reflect-metadata';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { TripModule } from './trip.module.js';

export const handler = createLambdaHandler(TripModule);
