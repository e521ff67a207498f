import 'reflect-metadata';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { ApprovalModule } from './approval.module.js';

export const handler = createLambdaHandler(ApprovalModule);
