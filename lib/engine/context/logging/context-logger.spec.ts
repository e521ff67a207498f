import { type Handler, Stage } from '../../../../test/engine/support/stage.js';
import type { DurableContext } from '../durable-context.js';
import type { DurableLogData, DurableLogger, DurableLoggingContext } from './durable-logger.js';

const ARN = expect.stringMatching(/^arn:/);

/** A logger such as Powertools': it knows of durable executions only what it receives. */
class CustomLogger implements DurableLogger {
  readonly lines: unknown[][] = [];
  readonly data: DurableLogData[] = [];
  #context: DurableLoggingContext | undefined;

  configureDurableLoggingContext(context: DurableLoggingContext): void {
    this.#context = context;
  }
  error = (...params: unknown[]) => this.#keep('error', params);
  warn = (...params: unknown[]) => this.#keep('warn', params);
  info = (...params: unknown[]) => this.#keep('info', params);
  debug = (...params: unknown[]) => this.#keep('debug', params);

  #keep(level: string, params: unknown[]): void {
    this.lines.push([level, ...params]);
    if (this.#context) this.data.push(this.#context.getDurableLogData());
  }
}

function stageOf(logger: DurableLogger, handler: Handler, plugins = {}): Stage {
  return new Stage(handler, { config: { logger, ...plugins } });
}

describe('ContextLogger', () => {
  it('hands what is logged to the configured logger as it is', async () => {
    const logger = new CustomLogger();
    const amount = { amount: 3 };

    await stageOf(logger, async (context) => context.logger.info('charged', amount)).run();

    expect(logger.lines).toEqual([['info', 'charged', amount]]);
    expect(logger.lines[0]![2]).toBe(amount);
  });

  it('calls the function that code has put in the place of its own', async () => {
    const logger = new CustomLogger();
    const seen: unknown[] = [];

    await stageOf(logger, async (context) => {
      context.logger.info = (...params) => seen.push(params);
      context.logger.info('replaced');
      context.logger.warn('as before');
    }).run();

    expect([seen, logger.lines]).toEqual([[['replaced']], [['warn', 'as before']]]);
  });

  it('gives away functions that need no logger in front of them, like the official one', async () => {
    const logger = new CustomLogger();
    const refused = new RangeError('refused');

    await stageOf(logger, async (context) => {
      await Promise.reject(refused).catch(context.logger.error);
      const { warn, log } = context.logger;
      warn('late');
      log?.('INFO', 'still here');
      await context.step(async ({ logger: { debug } }) => debug('in a step'));
    }).run();

    expect(logger.lines).toEqual([
      ['error', refused],
      ['warn', 'late'],
      ['info', 'still here'],
      ['debug', 'in a step'],
    ]);
  });

  it('uses the method of a level where the logger has no method for all levels, and that one where it has', async () => {
    const plain = new CustomLogger();
    const levelled: unknown[][] = [];
    const withLog = Object.assign(new CustomLogger(), { log: (...params: unknown[]) => void levelled.push(params) });
    const handler: Handler = async ({ logger }) => logger.log?.('WARN', 'late');

    await stageOf(plain, handler).run();
    await stageOf(withLog, handler).run();

    expect(plain.lines).toEqual([['warn', 'late']]);
    expect(levelled).toEqual([['WARN', 'late']]);
  });

  it('can tell who is logging, also when the logger is called directly', async () => {
    const logger = new CustomLogger();
    await stageOf(logger, async (context) => {
      logger.info('in the handler');
      await context.step('charge', async () => logger.info('in a step'));
      await context.runInChildContext('ship', async (child) => {
        child.logger.info('in a child');
        await child.step('label', async ({ logger: own }) => own.info('in its step'));
      });
      context.logger.info('in the handler again');
    }).run();

    const execution = { requestId: 'request-1', executionArn: ARN };
    expect(logger.data).toEqual([
      execution,
      { ...execution, operationId: 'c4ca4238a0b92382', operationName: 'charge', attempt: 1 },
      { ...execution, operationId: 'c81e728d9d4c2f63', operationName: 'ship' },
      { ...execution, operationId: expect.any(String), operationName: 'label', attempt: 1 },
      execution,
    ]);
  });

  it('tells apart two invocations that share a logger', async () => {
    const logger = new CustomLogger();
    const handler: Handler = async (context) => {
      context.configureLogger({ customLogger: logger });
      await context.step('charge', async () => undefined);
      logger.info(context.lambdaContext.awsRequestId);
    };
    const stages = ['request-a', 'request-b'].map(
      (awsRequestId) => new Stage(handler, { lambdaContext: { awsRequestId } }),
    );

    await Promise.all(stages.map((stage) => stage.run()));

    expect(logger.data.map(({ requestId }) => requestId)).toEqual(logger.lines.map(([, requestId]) => requestId));
    expect(new Set(logger.data.map(({ requestId }) => requestId)).size).toBe(2);
  });

  it('includes the tenant, and what plugins add', async () => {
    const logger = new CustomLogger();
    const plugins = [{ enrichLogContext: () => ({ traceId: 't-1' }) }];
    const stage = new Stage(async (context) => context.logger.info('charged'), {
      config: { logger, plugins },
      lambdaContext: { tenantId: 'acme' },
    });

    await stage.run();

    expect(logger.data).toEqual([{ requestId: 'request-1', executionArn: ARN, tenantId: 'acme', traceId: 't-1' }]);
  });

  it('logs every line once, however often the handler replays', async () => {
    const logger = new CustomLogger();
    const stage = stageOf(logger, async (context) => {
      context.logger.info('begin');
      await context.step('charge', async (step) => step.logger.info('charging'));
      context.logger.info('charged');
      await context.runInChildContext('ship', async (child) => {
        child.logger.info('shipping');
        await child.step('label', async () => 'printed');
        child.logger.info('printed');
        await child.wait('cool down', { seconds: 1 });
        child.logger.info('shipped');
      });
      await context.wait('settle', { seconds: 1 });
      context.logger.info('end');
    });

    await stage.run();

    const said = logger.lines.map(([, text]) => text);
    expect(said).toEqual(['begin', 'charging', 'charged', 'shipping', 'printed', 'shipped', 'end']);
  });

  it('logs a line behind the last operation of a virtual context, or of a flat item that was alone, once', async () => {
    const logger = new CustomLogger();
    const stage = stageOf(logger, async (context) => {
      const ship = async (inner: DurableContext, what: string) => {
        await inner.wait(what, { seconds: 1 });
        inner.logger.info(`shipped ${what}`);
      };
      await context.runInChildContext((inner) => ship(inner, 'a box'), { virtualContext: true });
      await context.map(['a chair', 'a desk'], ship, { nesting: 'FLAT', maxConcurrency: 1 });
      await context.wait('settle', { seconds: 1 });
    });

    await stage.run();

    const said = logger.lines.map(([, text]) => text);
    expect(said).toEqual(['shipped a box', 'shipped a chair', 'shipped a desk']);
  });

  it("is silent in a child that replays, through the parent's logger too", async () => {
    const logger = new CustomLogger();
    const stage = stageOf(logger, (context) =>
      context.runInChildContext('ship', async (child) => {
        context.logger.info('shipping');
        await child.step('label', async () => 'printed');
        await child.wait('cool down', { seconds: 1 });
      }),
    );

    await stage.run();

    expect(logger.lines).toEqual([['info', 'shipping']]);
  });

  it('is silent in a context that runs again only to rebuild its large result', async () => {
    const logger = new CustomLogger();
    const stage = stageOf(logger, async (context) => {
      await context.runInChildContext('report', async (child) => {
        const part = await child.step('part', async () => 'x'.repeat(200_000));
        child.logger.info('rendered');
        return part + part;
      });
      await context.wait('settle', { seconds: 1 });
    });

    await stage.run();

    expect(logger.lines).toEqual([['info', 'rendered']]);
  });

  it('logs in a step that is tried again beside operations that have ended', async () => {
    const logger = new CustomLogger();
    const retryStrategy = () => ({ shouldRetry: true, delay: { seconds: 1 } });
    const stage = stageOf(logger, async (context) => {
      const charge = context.step(
        'charge',
        async ({ attempt }) => {
          context.logger.info(`attempt ${attempt}`);
          if (attempt === 1) throw new Error('declined');
        },
        { retryStrategy },
      );
      await context.step('pack', async () => 'packed');
      await charge;
    });

    await stage.run();

    expect(logger.lines).toEqual([
      ['info', 'attempt 1'],
      ['info', 'attempt 2'],
    ]);
  });

  it('logs on replay too when it is told to', async () => {
    const logger = new CustomLogger();
    const stage = stageOf(logger, async (context) => {
      context.configureLogger({ modeAware: false });
      context.logger.info('begin');
      await context.wait('settle', { seconds: 1 });
    });

    await stage.run();

    expect(logger.lines).toEqual([
      ['info', 'begin'],
      ['info', 'begin'],
    ]);
  });

  it.each<[string, object]>([
    ['is left out', {}],
    ['is null', { modeAware: null }],
  ])('logs no line again on replay where another logger is configured and modeAware %s', async (_how, settings) => {
    const logger = new CustomLogger();
    const stage = stageOf(new CustomLogger(), async (context) => {
      context.configureLogger({ customLogger: logger, ...settings });
      await context.runInChildContext('ship', async (child) => {
        child.logger.info('shipping');
        await child.wait('settle', { seconds: 1 });
      });
    });

    await stage.run();

    expect(logger.lines).toEqual([['info', 'shipping']]);
  });

  it('is configured for a context and those below it', async () => {
    const [outer, inner] = [new CustomLogger(), new CustomLogger()];
    await stageOf(outer, async (context) => {
      await context.runInChildContext('ship', async (child) => {
        child.configureLogger({ customLogger: inner });
        await child.step('label', async ({ logger }) => logger.info('in the child'));
      });
      context.logger.info('in the handler');
    }).run();

    expect(outer.lines).toEqual([['info', 'in the handler']]);
    expect(inner.lines).toEqual([['info', 'in the child']]);
    expect(inner.data).toMatchObject([{ operationName: 'label' }]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('lets no logger that %s change an execution', async (_how, info) => {
    const written: string[] = [];
    const stderr = catchingErrors(written);
    const faulty = Object.assign(new CustomLogger(), { info, configureDurableLoggingContext: info });
    const stage = new Stage(async (context) => {
      context.configureLogger({ customLogger: faulty });
      context.logger.info('begin');
      return context.step('charge', async ({ logger }) => (logger.info('charging'), 'charged'));
    });

    try {
      expect(await stage.result()).toBe('charged');
    } finally {
      stderr.restore();
    }
    expect(written.length).toBeGreaterThan(0);
    for (const line of written) expect(JSON.parse(line)).toMatchObject({ level: 'WARN', errorMessage: 'disk full' });
  });
});

/** Catches what is written to standard error meanwhile. */
function catchingErrors(written: string[]): { restore(): void } {
  const { write } = process.stderr;
  process.stderr.write = (text: unknown) => (written.push(String(text)), true);
  return { restore: () => void (process.stderr.write = write) };
}
