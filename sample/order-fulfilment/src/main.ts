import 'reflect-metadata';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { AppModule } from './app.module.js';

/** The entry of both Lambda functions: `orders-api` serves HTTP, `fulfil-order` runs the durable executions. */
export const handler = createLambdaHandler(AppModule);
