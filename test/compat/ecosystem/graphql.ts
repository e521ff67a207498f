import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Args, GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule, Step } from 'nestjs-durable-execution';
import { httpEvent, type UseCase } from './use-case.js';

@Injectable()
class Prices {
  @Step('price')
  async of(id: string): Promise<number> {
    return Number(id) * 100;
  }
}

@Resolver()
class PriceResolver {
  constructor(@Inject(Prices) private readonly prices: Prices) {}

  @Query(() => Number)
  price(@Args('id', { type: () => String }) id: string): Promise<number> {
    return this.prices.of(id);
  }
}

@Injectable()
class Orders {
  constructor(
    @Inject(Prices) private readonly prices: Prices,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('order')
  async order({ id }: { id: string }): Promise<number> {
    await this.context.wait('a while', { minutes: 5 });
    return this.prices.of(id);
  }
}

@Module({
  imports: [
    DurableExecutionModule.forRoot(),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
  ],
  providers: [Orders, PriceResolver, Prices],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: { id: '7' },
  expected: 700,
  request: httpEvent({ method: 'POST', path: '/graphql', body: { query: '{ price(id: "3") }' } }),
  answer: { status: 200, body: '{"data":{"price":300}}' },
};
