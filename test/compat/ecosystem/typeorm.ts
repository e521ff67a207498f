import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  Step,
} from 'nestjs-durable-execution';
import { Column, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { fileOfRun, httpEvent, type UseCase } from './use-case.js';

@Entity()
class Payment {
  @PrimaryColumn('varchar')
  id!: string;

  @Column('int')
  cents!: number;
}

@Injectable()
class Payments {
  constructor(@Inject(getRepositoryToken(Payment)) private readonly payments: Repository<Payment>) {}

  @Step('charge')
  async charge(id: string): Promise<Payment> {
    return this.payments.save({ id, cents: 250 });
  }

  @Step('count')
  async count(): Promise<number> {
    return this.payments.count();
  }
}

@Injectable()
class Orders {
  constructor(@Inject(Payments) private readonly payments: Payments) {}

  @Durable('order')
  async order({ id }: { id: string }, context: DurableContext): Promise<object> {
    const payment = await this.payments.charge(id);
    await context.wait('a while', { minutes: 5 });
    return { payment, count: await this.payments.count() };
  }
}

@Controller()
class Shop {
  constructor(@Inject(getRepositoryToken(Payment)) private readonly payments: Repository<Payment>) {}

  @Get('payments')
  async list(): Promise<Payment[]> {
    return this.payments.find();
  }
}

@Module({
  imports: [
    DurableExecutionModule.forRoot(),
    TypeOrmModule.forRootAsync({
      useFactory: () => ({
        type: 'sqljs',
        location: fileOfRun('database'),
        autoSave: true,
        entities: [Payment],
        synchronize: true,
      }),
    }),
    TypeOrmModule.forFeature([Payment]),
  ],
  controllers: [Shop],
  providers: [Orders, Payments],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: { id: '7' },
  expected: { payment: { id: '7', cents: 250 }, count: 1 },
  request: httpEvent({ path: '/payments' }),
  answer: { status: 200, body: '[]' },
};
