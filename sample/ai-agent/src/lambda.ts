import 'reflect-metadata';
import { createLambdaHandler } from 'nestjs-durable-execution';
import { AgentModule } from './agent.module.js';

export const handler = createLambdaHandler(AgentModule);
