import { DurableTest } from 'nestjs-durable-execution/testing';
import { AgentModule } from './src/agent.module.js';
import { ChatModel, type Reply, StubModel } from './src/chat-model.js';
import { SupportAgent } from './src/support-agent.service.js';

const question = { question: 'I want my money back.' };

/** Never says the same twice, as models do; counts what would be paid for. */
class MoodyModel extends StubModel {
  asked = 0;

  override async reply(messages: Parameters<ChatModel['reply']>[0]): Promise<Reply> {
    this.asked += 1;
    const reply = await super.reply(messages);
    return 'answer' in reply ? { answer: `(${this.asked}) ${reply.answer}` } : reply;
  }
}

async function agent(model: ChatModel = new StubModel()) {
  const test = await DurableTest.create({ imports: [AgentModule] })
    .overrideProvider(ChatModel)
    .useValue(model);
  return test.mockStep('refund', () => 'order 7 is refunded');
}

describe('An AI agent', () => {
  it('answers after it has used its tools, the dangerous one with approval', async () => {
    await using test = await agent();
    test.answerCallback('approve refund', { approved: true });
    const run = await test.start(SupportAgent, 'answer', question);
    await expect(run.result()).resolves.toBe('This is what I did: order 7 cost 12.50; order 7 is refunded.');
    expect(run).toHaveRun('refund', { times: 1 });
  });

  it('does without the tool where nobody approves', async () => {
    await using test = await agent();
    test.answerCallback('approve refund', { approved: false });
    const run = await test.start(SupportAgent, 'answer', question);
    await expect(run.result()).resolves.toBe('This is what I did: order 7 cost 12.50; refund was not approved.');
    expect(run.operationsNamed('refund')).toHaveLength(0);
  });

  it('asks the model once for each turn, however often the code runs again', async () => {
    const model = new MoodyModel();
    await using test = await agent(model);
    test.answerCallback('approve refund', { approved: true });
    test.alwaysReplay();
    const run = await test.start(SupportAgent, 'answer', question);
    await expect(run.result()).resolves.toMatch(/^\(3\) /);
    expect(model.asked).toBe(3);
  });

  it('is stopped when it comes to no end', async () => {
    const restless = { reply: async () => ({ calls: [{ tool: 'find-order', argument: 'order 7' }] }) };
    await using test = await agent(restless);
    const run = await test.start(SupportAgent, 'answer', question);
    await run.outcome();
    expect(run).toHaveFailedWith({ type: 'ExecutionError' });
  });
});
