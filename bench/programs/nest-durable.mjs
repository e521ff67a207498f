// The smallest durable Nest application, until its method runs.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { createLambdaHandler, Durable, DurableExecutionModule } from 'nestjs-durable-execution';

let hasStarted;
const started = new Promise((resolve) => {
  hasStarted = resolve;
});

class Orders {
  async fulfil() {
    hasStarted();
    return 'done';
  }
}
Durable()(Orders.prototype, 'fulfil', Object.getOwnPropertyDescriptor(Orders.prototype, 'fulfil'));

const unused = () => Promise.reject(new Error('the method calls nothing'));

class AppModule {}
Module({
  imports: [DurableExecutionModule.forRoot({ client: { checkpoint: unused, getExecutionState: unused } })],
  providers: [Orders],
})(AppModule);

export async function boot({ event, lambdaContext }) {
  const handler = createLambdaHandler(AppModule, { http: false, nest: { logger: false } });
  await Promise.race([started, handler(event, lambdaContext)]);
}
