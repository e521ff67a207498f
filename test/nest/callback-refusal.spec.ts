import { Controller, Inject, Injectable, Post } from '@nestjs/common';
import { CallbackRefusal, CompletesCallback, Durable, DurableContext } from 'nestjs-durable-execution';
import { DurableTest } from 'nestjs-durable-execution/testing';

const callbackIds: string[] = [];

@Injectable()
class Orders {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Durable('order')
  async order(): Promise<string> {
    const approval = this.context.waitForCallback('approval', async (id) => {
      callbackIds.push(id);
    });
    return approval.then(
      () => 'approved',
      (error: unknown) => String(error),
    );
  }
}

@Controller('approvals')
class Approvals {
  @Post(':callbackId')
  @CompletesCallback()
  decide(): never {
    throw new CallbackRefusal('declined');
  }
}

it('A refusal that is only a text fails the callback with that message', async () => {
  await using test = await DurableTest.create({ controllers: [Approvals], providers: [Orders] });
  const run = await test.start(Orders, 'order');
  await run.until({ suspended: true });
  const { status } = await test.request('POST', `/approvals/${encodeURIComponent(callbackIds[0]!)}`);
  expect(status).toBe(204);
  expect(await run.result()).toBe('CallbackExternalError: declined');
});
