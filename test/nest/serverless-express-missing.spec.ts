import { jest } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { Durable } from 'nestjs-durable-execution';
import { DurableExecutionInvocationInputWithClient } from 'nestjs-durable-execution/engine';
import { OperationStatus, OperationType } from '../../lib/wire/operation.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { handlerOf } from '../fixtures/nest-execution.js';

const NAME = '@vendia/serverless-express';
jest.unstable_mockModule(NAME, () => {
  throw new Error(`Cannot find package '${NAME}' imported from /var/task/http-bridge.js`);
});

@Controller()
class Orders {
  @Get('order')
  @Durable('order')
  order(): string {
    return 'shipped';
  }
}

const handler = handlerOf({ controllers: [Orders] });
const request = apiGatewayV2({ path: '/order' });
const invoke = async (service: MemoryService): Promise<unknown> =>
  handler(new DurableExecutionInvocationInputWithClient(service.event(), service), lambdaContext());

describe('A deployment without serverless-express', () => {
  it('fails the execution of a request that has not started, with the remedy', async () => {
    expect(await invoke(new MemoryService(request))).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringContaining(`npm install ${NAME}`) },
    });
  });

  it('is thrown to Lambda by one that is under way', async () => {
    const service = new MemoryService(request);
    const day = { Id: 'day', Type: OperationType.WAIT, Status: OperationStatus.SUCCEEDED };
    service.operations.set('day', { ...day, StartTimestamp: 1_767_356_934_931, EndTimestamp: 1_767_356_934_932 });
    await expect(invoke(service)).rejects.toThrow(`npm install ${NAME}`);
  });

  it('says so to a plain request', async () => {
    await expect(handler(request, lambdaContext())).rejects.toThrow(`npm install ${NAME}`);
  });
});
