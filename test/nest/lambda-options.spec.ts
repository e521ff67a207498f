import { Injectable } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  type DurableExecutionModuleOptions,
  DurableControlClient,
  type LambdaConnectionOptions,
} from 'nestjs-durable-execution';
import { json, LambdaEndpoint } from '../../lib/client/testing-fixtures/lambda-endpoint.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { handlerOf, rootModule } from '../fixtures/nest-execution.js';

@Injectable()
class Jobs {
  @Durable('job')
  job(_input: unknown, context: DurableContext): Promise<number> {
    return context.step('add', async () => 1 + 1);
  }
}

const endpoint = new LambdaEndpoint();
beforeAll(() => endpoint.open());
afterAll(() => endpoint.close());

const keys = (accessKeyId: string) => ({
  accessKeyId,
  secretAccessKey: 'secret',
  sessionToken: `session-${accessKeyId}`,
});

/** The key ids, and the session tokens, of all requests. */
const signers = () =>
  endpoint.seen.map(({ headers }) => [
    /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1],
    headers['x-amz-security-token'],
  ]);

async function applicationWith(lambda: LambdaConnectionOptions) {
  return NestFactory.createApplicationContext(rootModule({ providers: [Jobs], forRoot: { lambda } }), {
    logger: false,
  });
}

describe('forRoot({ lambda: { credentials } })', () => {
  it.each<[string, string, LambdaConnectionOptions['credentials']]>([
    ['keys', 'STATED', keys('STATED')],
    ['what is asked for keys', 'ASKED', async () => keys('ASKED')],
  ])(
    'takes %s, for checkpoints and for what is started, and rather than those of the environment',
    async (...given) => {
      const [, id, credentials] = given;
      const app = await applicationWith({ endpoint: endpoint.url, region: 'eu-central-1', credentials: credentials! });
      const checkpointed = { CheckpointToken: 'next', NewExecutionState: { Operations: [] } };
      endpoint.willAnswer(json(checkpointed), json(checkpointed), json({ StopTimestamp: 1 }));
      const output = await createLambdaHandler(app)(new MemoryService({}).event(), lambdaContext());
      expect(output).toMatchObject({ Status: 'SUCCEEDED', Result: '2' });
      await app
        .get(DurableControlClient)
        .stop('arn:aws:lambda:eu-central-1:123456789012:function:f:1/durable-execution/e/1');
      const seen = signers();
      expect(seen.length).toBeGreaterThanOrEqual(2);
      expect(seen).toEqual(seen.map(() => [id, `session-${id}`]));
      await app.close();
    },
  );

  it('keeps clients of different credentials apart', async () => {
    for (const id of ['FIRST', 'SECOND']) {
      endpoint.willAnswer(json({ StopTimestamp: 1 }));
      const options = { endpoint: endpoint.url, region: 'eu-central-1', credentials: keys(id) };
      await new DurableControlClient(options).stop('arn');
      expect(signers()).toEqual([[id, `session-${id}`]]);
    }
  });
});

describe('An application whose client or endpoint is none', () => {
  it.each<[string, DurableExecutionModuleOptions, RegExp]>([
    ['no AWS client', { lambda: { client: {} as never } }, /AWS client has no send\(\)/],
    ['an endpoint without its protocol', { lambda: { endpoint: 'localhost:9090' } }, /"localhost:9090".* no URL/],
  ])('runs no method, and tells what to correct: %s', async (_, forRoot, problem) => {
    let runs = 0;
    @Injectable()
    class Counted {
      @Durable('counted')
      counted(): number {
        return (runs += 1);
      }
    }
    const handler = handlerOf({ providers: [Counted], forRoot: { client: undefined, ...forRoot } });

    await expect(handler(new MemoryService({}).event(), lambdaContext())).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringMatching(problem) as string },
    });
    expect(runs).toBe(0);
  });
});
