import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Inject,
  Injectable,
  Module,
  Post,
  Req,
  Scope,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { IsInt } from 'class-validator';
import {
  createLambdaHandler,
  Durable,
  DurableControlClient,
  DurableContext,
  DurableCtx,
  DurableExecutionModule,
  DurableInput,
  ExecutionEndedError,
  type LambdaHandler,
  RunningExecution,
  Step,
} from 'nestjs-durable-execution';
import { type LocalService, startLocalService } from 'nestjs-durable-execution/local';
import { rewritingInterceptor, silentFilter, strictPipe } from '../fixtures/hostile-app.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const asked: string[] = [];
const bodies: string[] = [];
const made: string[] = [];

/** Lets a token pass that was never seen before: on day three every token has expired. */
@Injectable()
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const type = context.getType<string>();
    asked.push(type);
    if (type === 'http') context.switchToHttp().getRequest().user = { name: 'Ada' };
    return asked.length === 1;
  }
}

class OrderDto {
  @IsInt()
  id!: number;
}

const order = new ValidationPipe({ expectedType: OrderDto, transform: true });

@Injectable()
class Warehouse {
  @Step('reserve stock')
  async reserve(id: number): Promise<string> {
    bodies.push('reserve');
    return `reserved ${id}`;
  }
}

@Injectable({ scope: Scope.REQUEST })
class Fulfilment {
  constructor(
    @Inject(Warehouse) private readonly warehouse: Warehouse,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {
    made.push('fulfilment');
  }

  @Durable('fulfil')
  @UseGuards(TokenGuard)
  fulfil(@DurableInput(order) input: OrderDto): Promise<object> {
    return this.ship(input, 'nobody');
  }

  async ship({ id }: OrderDto, by: string): Promise<object> {
    const reserved = await this.warehouse.reserve(id);
    await this.context.wait('three days', { days: 3 });
    return { reserved, by };
  }
}

@Controller('orders')
class OrdersController {
  constructor(@Inject(Fulfilment) private readonly fulfilment: Fulfilment) {}

  @Post()
  @Durable('place')
  @UseGuards(TokenGuard)
  place(
    @Body(order) input: OrderDto,
    @Req() request: { user: { name: string } },
    @DurableCtx() _context: DurableContext,
  ): Promise<object> {
    return this.fulfilment.ship(input, request.user.name);
  }
}

let service: LocalService;
let lambda: LambdaClient;
let handler: LambdaHandler;
let control: DurableControlClient;

beforeAll(async () => {
  service = await startLocalService({
    functions: {
      orders: {
        handler: (event: never, context: never) => handler(event, context),
        durable: { executionTimeoutSeconds: 30 * 86_400 },
      },
    },
    skipTime: true,
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  lambda = new LambdaClient({ endpoint: service.endpoint, region: 'us-east-1', credentials });
  control = new DurableControlClient({ client: lambda });
});

afterAll(async () => {
  await service.close();
  lambda.destroy();
});

function boot(enhancers: object[]): void {
  @Module({
    imports: [
      DurableExecutionModule.forRoot({
        lambda: { client: lambda },
        engine: { logger: quietLogger },
      }),
    ],
    controllers: [OrdersController],
    providers: [Warehouse, Fulfilment, ...(enhancers as [])],
  })
  class AppModule {}
  handler = createLambdaHandler(AppModule, { nest: { logger: false } });
}

/** Runs an execution to its end, days later. */
async function run(input: unknown) {
  for (const journal of [asked, bodies, made]) journal.length = 0;
  const { executionArn } = await control.start({ functionName: 'orders:$LATEST', input });
  const execution = new RunningExecution(control, executionArn);
  try {
    return { status: 'SUCCEEDED', result: await execution.result({ maxPollMs: 10 }) };
  } catch (error) {
    if (!(error instanceof ExecutionEndedError)) throw error;
    return { status: error.status, error: error.error };
  }
}

const http = (body: unknown) => apiGatewayV2({ method: 'POST', path: '/orders', body });
const bodyOf = (result: unknown) => JSON.parse((result as { body: string }).body);

describe.each([
  { app: 'plain', enhancers: [] },
  { app: 'hostile', enhancers: [silentFilter, rewritingInterceptor, strictPipe] },
])('An order of three days in the $app app', ({ app, enhancers }) => {
  beforeAll(() => boot(enhancers));

  it('is admitted once, reserved once, and shipped on day three, on the direct route', async () => {
    const shipped = { reserved: 'reserved 7', by: 'nobody' };
    const result = app === 'plain' ? shipped : { rewritten: [shipped] };
    expect(await run({ id: 7 })).toEqual({ status: 'SUCCEEDED', result });
    expect({ asked, bodies, made }).toEqual({
      asked: ['durable', 'durable'],
      bodies: ['reserve'],
      made: ['fulfilment', 'fulfilment'],
    });
  });

  it('is admitted once, reserved once, and still knows its customer on day three, on the HTTP route', async () => {
    const { status, result } = await run(http({ id: 8 }));
    const shipped = { reserved: 'reserved 8', by: 'Ada' };
    expect(status).toBe('SUCCEEDED');
    expect(bodyOf(result)).toEqual(app === 'plain' ? shipped : { rewritten: [shipped] });
    expect({ asked, bodies, made }).toEqual({
      asked: ['http', 'http'],
      bodies: ['reserve'],
      made: ['fulfilment', 'fulfilment'],
    });
  });

  it('is refused before any step when it is not valid, on the direct route', async () => {
    const refused = {
      status: 'FAILED',
      error: { type: 'BadRequestException', message: 'id must be an integer number' },
    };
    // The value of an interceptor is the result, also if it replaces an error.
    const swallowed = { status: 'SUCCEEDED', result: { rewritten: [], swallowed: expect.any(String) } };
    expect(await run({ id: 'seven' })).toMatchObject(app === 'plain' ? refused : swallowed);
    expect(bodies).toEqual([]);
  });
});

it('answers 400 to an order that is not valid, on the HTTP route', async () => {
  boot([]);
  const { status, result } = await run(http({ id: 'eight' }));
  expect({ status, result }).toMatchObject({ status: 'SUCCEEDED', result: { statusCode: 400 } });
  expect(bodyOf(result).message).toEqual(['id must be an integer number']);
  expect(bodies).toEqual([]);
});
