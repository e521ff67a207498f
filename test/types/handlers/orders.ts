import {
  createRetryStrategy,
  createWaitStrategy,
  type DurableContext,
  type DurableExecutionHandler,
  type DurableLambdaHandler,
  type Duration,
  JitterStrategy,
  StepSemantics,
  withDurableExecution,
  withRetry,
} from '@aws/durable-execution-sdk-js';

interface Order {
  id: string;
  customer: { mail: string };
  items: Array<{ sku: string; count: number }>;
}

interface Receipt {
  orderId: string;
  total: number;
}

const cooling: Duration = { minutes: 5, seconds: 30 };

/** Both types stated. */
const placeOrder: DurableExecutionHandler<Order, Receipt> = async (order, context) => {
  const total = await context.step('price', async () => order.items.length * 3, {
    retryStrategy: createRetryStrategy({
      maxAttempts: 4,
      initialDelay: { seconds: 2 },
      maxDelay: { minutes: 1 },
      backoffRate: 1.5,
      jitter: JitterStrategy.HALF,
      retryableErrors: ['throttled', /timed? ?out/i],
      retryableErrorTypes: [TypeError],
    }),
    semantics: StepSemantics.AtMostOncePerRetry,
  });
  const doubled: number = total * 2;
  await context.wait('cool down', cooling);
  await context.wait({ hours: 1 });
  return { orderId: order.id, total: doubled };
};

export const handler: DurableLambdaHandler = withDurableExecution(placeOrder);

/** No types stated: the event may be anything, and the result too. */
export const untyped = withDurableExecution(async (event, context) => {
  const first = event.items[0];
  const sku: string = first.sku;
  return context.step(async () => sku);
});

/** A function of a context, used from several handlers. */
async function ship(context: DurableContext, order: Order): Promise<string> {
  const job = await context.waitForCondition(
    'shipment',
    async (state: { status: string; checks: number }, { attempt, logger }) => {
      logger.info('checking', attempt);
      return { status: 'packed', checks: state.checks + 1 };
    },
    {
      initialState: { status: 'new', checks: 0 },
      waitStrategy: createWaitStrategy<{ status: string; checks: number }>({
        maxAttempts: 20,
        initialDelay: { seconds: 10 },
        shouldContinuePolling: ({ status }) => status !== 'shipped',
      }),
    },
  );
  const label: string = await withRetry(
    context,
    'label',
    async (attempts, attempt) => attempts.step(`print ${attempt}`, async () => order.id),
    { retryStrategy: (error, attemptCount) => ({ shouldRetry: attemptCount < 3 && error.message !== 'no paper' }) },
  );
  return `${label} after ${job.checks}`;
}

export const shipping = withDurableExecution<Order, string>(async (order, context) => {
  const tracking = await ship(context, order);
  context.logger.info('shipped', { tracking });
  return tracking;
});
