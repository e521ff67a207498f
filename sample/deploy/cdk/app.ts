import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { OrdersStack } from './orders-stack.js';

const app = new App();
new OrdersStack(app, 'orders', { code: Code.fromAsset(process.env.BUNDLE ?? 'bundle') });
app.synth();
