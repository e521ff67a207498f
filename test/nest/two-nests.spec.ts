import { Inject, Injectable, Module } from '@nestjs/common';
import { createLambdaHandler, DurableExecutionModule } from 'nestjs-durable-execution';
import { shared } from '../../lib/process-state.js';
import { lambdaContext } from '../fixtures/memory-service.js';

@Injectable()
class Orders {
  constructor(@Inject('orders.table') readonly table: string) {}
}

@Module({ imports: [DurableExecutionModule.forRoot()], providers: [Orders] })
class App {}

it('A boot with two copies of Nest repeats what Nest says of the dependency, because a provider may be missing in both', async () => {
  shared('nests', () => new Set<unknown>()).add('the other copy');
  const boot = createLambdaHandler(App, { nest: { logger: false } })({}, lambdaContext());
  await expect(boot).rejects.toThrow(
    /^Two copies of Nest are loaded.*Nest said: Nest can't resolve dependencies of the Orders.*"orders\.table".* in the App \S+$/,
  );
});
