import { InvokeError, withDurableExecution } from 'nestjs-durable-execution/engine';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

interface Seen {
  isInvokeError: boolean;
  cause: [string | undefined, string | undefined];
  remedy: string | undefined;
  retryable: boolean | undefined;
}

const look = (error: unknown): Seen => {
  const { cause, remedy, retryable } = error as InvokeError;
  return { isInvokeError: error instanceof InvokeError, cause: [cause?.name, cause?.message], remedy, retryable };
};

/**
 * What a parent sees of a chained invoke that fails, in the invocation that receives the failure and in a later one.
 */
async function seenOf(name: string): Promise<Seen[]> {
  const service = new MemoryService({});
  const handler = withDurableExecution(
    async (_event: unknown, context) => {
      try {
        await context.invoke('report', 'reports:live', {});
        throw new Error('It has not failed.');
      } catch (error) {
        const seen = look(error);
        const first = await context.step('first', async () => seen);
        await context.wait('a day', { days: 1 });
        return [first, seen];
      }
    },
    { durableExecutionClient: service, logger: quietLogger },
  );
  for (let invocation = 1; invocation < 5; invocation += 1) {
    const output = await handler(service.event(), lambdaContext());
    const { Status, Result } = output as { Status: string; Result?: string };
    if (Status !== 'PENDING') {
      expect(Status).toBe('SUCCEEDED');
      return JSON.parse(Result!) as Seen[];
    }
    for (const [id, operation] of service.operations) {
      if (operation.Type !== 'CHAINED_INVOKE' || operation.Status !== 'STARTED') continue;
      const ChainedInvokeDetails = { Error: { ErrorType: name, ErrorMessage: 'No.' } };
      service.operations.set(id, { ...operation, Status: 'FAILED', ChainedInvokeDetails } as never);
    }
    service.passTime();
  }
  throw new Error('The execution does not end.');
}

describe('An InvokeError', () => {
  it.each([
    ['TooManyRequestsException', true, /^Try again later/],
    ['Lambda.TooManyRequestsException', true, /^Try again later/],
    ['ENILimitReachedException', false, /quota of network interfaces/],
    ['KMSDisabledException', false, /KMSKeyArn/],
    ['InvalidZipFileException', false, /deploy it again/],
  ])('has cause, remedy and flag of %s, live and on replay', async (name, retryable, remedy) => {
    const [live, replayed] = await seenOf(name);
    expect(live).toEqual({
      isInvokeError: true,
      cause: [name, 'No.'],
      remedy: expect.stringMatching(remedy),
      retryable,
    });
    expect(replayed).toEqual(live);
  });

  it('has neither remedy nor flag where the function itself has failed', async () => {
    const [live, replayed] = await seenOf('OutOfStock');
    expect(live).toEqual({ isInvokeError: true, cause: ['OutOfStock', 'No.'] });
    expect(replayed).toEqual(live);
  });
});
