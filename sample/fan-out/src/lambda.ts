import 'reflect-metadata';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { NewsletterModule } from './newsletter.module.js';

export const handler = createLambdaHandler(NewsletterModule);
