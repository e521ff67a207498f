import {
  type AnySerdes,
  buildPreview,
  createClassSerdes,
  createClassSerdesWithDates,
  createFileSystemSerdes,
  createLinearRetryStrategy,
  defaultSerdes,
  type DurableContext,
  type DurableContextLogger,
  type DurableExecutionHandler,
  type DurableLogData,
  type DurableLogger,
  type DurableLoggingContext,
  FieldMatchMode,
  FileSystemPathEncoding,
  FileSystemSerdesMode,
  PreviewMode,
  refreshLogConfig,
  type Serdes,
  type SerdesConfig,
  type SerdesContext,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';

refreshLogConfig();

/** A logger that takes a message first, as many do. */
class ShopLogger implements DurableLogger {
  #context: DurableLoggingContext | undefined;

  configureDurableLoggingContext(context: DurableLoggingContext): void {
    this.#context = context;
  }
  error(message: string, ...more: unknown[]): void {
    this.#write('error', message, more);
  }
  warn(message: string, ...more: unknown[]): void {
    this.#write('warn', message, more);
  }
  info(message: string, ...more: unknown[]): void {
    this.#write('info', message, more);
  }
  debug(message: string, ...more: unknown[]): void {
    this.#write('debug', message, more);
  }
  /** Beyond what the SDK knows. */
  flush(): void {}

  #write(level: string, message: string, more: unknown[]): void {
    const data: DurableLogData | undefined = this.#context?.getDurableLogData();
    console.log(level, message, data?.executionArn, data?.operationId, data?.attempt, more);
  }
}

const logging: DurableExecutionHandler<{ id: string }, string, ShopLogger> = async ({ id }, context) => {
  context.configureLogger({ customLogger: new ShopLogger(), modeAware: false });
  const logger: DurableContextLogger<ShopLogger> = context.logger;
  logger.info('started', id);
  return context.step('charge', async (step) => {
    step.logger.warn('charging', { attempt: step.attempt });
    return 'charged';
  });
};

class Order {
  id = '';
  placedAt = new Date(0);
  get age(): number {
    return Date.now() - this.placedAt.getTime();
  }
}

const sealed: Serdes<{ secret: string }> = {
  serialize: async (value, { entityId, durableExecutionArn }: SerdesContext) =>
    value && `${entityId} ${durableExecutionArn} ${value.secret}`,
  deserialize: async (data) => (data === undefined ? undefined : { secret: data }),
};

const onDisk: AnySerdes = createFileSystemSerdes('/mnt/orders', {
  storageMode: FileSystemSerdesMode.OVERFLOW,
  pathEncoding: FileSystemPathEncoding.HASH,
  generatePreview: (value) =>
    buildPreview(value, {
      mode: PreviewMode.EXCLUDE_ALL,
      include: [{ name: 'id' }, { name: 'customer.mail', match: FieldMatchMode.PATH }],
      mask: [{ name: 'mail' }],
      maskString: '…',
      maxPreviewBytes: 500,
    }),
});

const defaults: SerdesConfig = { defaultSerdes: onDisk, defaultCallbackDeserializer: defaultSerdes };

export async function converting(context: DurableContext) {
  context.configureSerdes(defaults);
  const order = await context.step('load', async () => new Order(), {
    serdes: createClassSerdesWithDates(Order, ['placedAt']),
    retryStrategy: createLinearRetryStrategy({ increment: { seconds: 2 }, maxAttempts: 3 }),
  });
  const again = await context.runInChildContext(async () => order, { serdes: createClassSerdes(Order) });
  const { secret } = await context.step(async () => ({ secret: 's' }), { serdes: sealed });
  return again.age + secret.length;
}

export const handler = withDurableExecution(logging);
