import 'reflect-metadata';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './main.js';

export const handler = createLambdaHandler(AppModule, {
  handler: 'fulfil-order',
  http: true,
  adapter: () => new FastifyAdapter(),
});
