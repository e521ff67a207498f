import 'reflect-metadata';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { AppModule } from './app.module.js';

export const handler = createLambdaHandler(AppModule);
