import {
  Body,
  Controller,
  Injectable,
  Module,
  ParseIntPipe,
  Post,
  type Type,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { IsInt, IsNotEmpty, Min } from 'class-validator';
import {
  createLambdaHandler,
  Durable,
  DurableCtx,
  DurableExecutionModule,
  DurableInput,
} from 'nestjs-durable-execution';
import { z } from 'zod';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

class OrderDto {
  @IsInt()
  @Min(1)
  quantity!: number;

  @IsNotEmpty()
  sku!: string;

  get isLarge(): boolean {
    return this.quantity > 100;
  }
}

/** What TypeScript's compiler emits for decorated methods, and esbuild and swc's default do not. */
const withTypes = (...types: unknown[]): MethodDecorator => Reflect.metadata('design:paramtypes', types);

@Injectable()
class Shipping {
  @Durable('by-dto')
  @withTypes(OrderDto, Object)
  async byDto(order: OrderDto, context: DurableContext): Promise<unknown> {
    return context.step('ship', async () => ({ isLarge: order.isLarge }));
  }

  @Durable('by-schema')
  bySchema(
    @DurableInput({ schema: z.object({ quantity: z.coerce.number().min(1), sku: z.string() }) }) order: object,
  ): object {
    return order;
  }

  @Durable('by-property')
  byProperty(@DurableInput('quantity', ParseIntPipe) quantity: number, @DurableCtx() context: DurableContext): unknown {
    return { quantity, hasContext: typeof context.step === 'function' };
  }

  @Durable('by-body')
  @UsePipes(new ValidationPipe({ expectedType: OrderDto, transform: true }))
  byBody(@Body() order: OrderDto): boolean {
    return order.isLarge;
  }
}

@Controller('orders')
class Orders {
  @Post()
  @Durable()
  @withTypes(OrderDto, Object)
  place(@DurableInput() order: OrderDto, @DurableCtx() context: DurableContext): Promise<boolean> {
    return context.step('judge', async () => order.isLarge);
  }
}

async function run(input: unknown, handler: string, pipe: object) {
  const client = new MemoryService(input);
  @Module({
    imports: [DurableExecutionModule.forRoot({ client, engine: { logger: quietLogger } })],
    providers: [Shipping as Type, { provide: APP_PIPE, useValue: pipe }],
    controllers: [Orders],
  })
  class AppModule {}
  const invoke = createLambdaHandler(AppModule, { nest: { logger: false }, handler, http: true });
  const output = (await invoke(client.event(), lambdaContext())) as { Status: string; Result?: string; Error?: object };
  return { ...output, operations: client.operations.size - 1 };
}

const strict = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
const standard = new StandardSchemaValidationPipe();

describe('The input of an execution', () => {
  it('is validated and transformed by a class-validator DTO', async () => {
    expect(await run({ quantity: 500, sku: 'a' }, 'by-dto', strict)).toMatchObject({ Result: '{"isLarge":true}' });
  });

  it('fails the execution with all reasons before any step when it is invalid', async () => {
    const output = await run({ quantity: 0, gift: true }, 'by-dto', strict);
    expect(output).toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorType: 'BadRequestException',
        ErrorMessage: 'property gift should not exist; quantity must not be less than 1; sku should not be empty',
      },
      operations: 0,
    });
  });

  it('is validated and transformed by a standard schema', async () => {
    expect(await run({ quantity: '5', sku: 'a' }, 'by-schema', standard)).toMatchObject({
      Result: '{"quantity":5,"sku":"a"}',
    });
    expect(await run({ quantity: 0 }, 'by-schema', standard)).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringMatching(/^quantity: .*; sku: /) },
    });
  });

  it('gives single properties, through pipes', async () => {
    expect(await run({ quantity: '5' }, 'by-property', strict)).toMatchObject({
      Result: '{"quantity":5,"hasContext":true}',
    });
  });

  it('is also what @Body() gives', async () => {
    expect(await run({ quantity: 500, sku: 'a' }, 'by-body', standard)).toMatchObject({ Result: 'true' });
  });

  it('is the body on an HTTP route', async () => {
    const input = apiGatewayV2({ method: 'POST', path: '/orders', body: { quantity: 500, sku: 'a' } });
    const { Result } = await run(input, 'by-dto', strict);
    expect(JSON.parse(Result!)).toMatchObject({ statusCode: 201, body: 'true' });
  });

  it('answers 400 with all reasons on an HTTP route when it is invalid', async () => {
    const input = apiGatewayV2({ method: 'POST', path: '/orders', body: { quantity: 0 } });
    const { Status, Result, operations } = await run(input, 'by-dto', strict);
    expect({ Status, operations }).toEqual({ Status: 'SUCCEEDED', operations: 0 });
    expect(JSON.parse(Result!)).toMatchObject({ statusCode: 400 });
    expect(JSON.parse(JSON.parse(Result!).body).message).toEqual([
      'quantity must not be less than 1',
      'sku should not be empty',
    ]);
  });
});
