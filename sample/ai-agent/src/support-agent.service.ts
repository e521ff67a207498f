import { Injectable } from '@nestjs/common';
import { Durable, DurableContext, DurableInput, ExecutionError, retryPresets } from 'nestjs-durable-execution';
import { defaultSerdes } from 'nestjs-durable-execution/engine';
import { ChatModel, type Message, type ToolCall } from './chat-model.js';
import { Tools } from './tools.js';

/** Stops a model that never reaches an answer, before the bill does. */
const MAX_TURNS = 8;

export interface Approval {
  approved: boolean;
}

@Injectable()
export class SupportAgent {
  constructor(
    private readonly context: DurableContext,
    private readonly model: ChatModel,
    private readonly tools: Tools,
  ) {}

  /**
   * The loop of an agent, as ordinary code. A model gives a different answer each time, so its answer is recorded. The
   * code that follows takes the same path on every run, and a crash elsewhere does not make us pay for a token twice.
   */
  @Durable('support-agent')
  async answer(@DurableInput() { question }: { question: string }): Promise<string> {
    const messages: Message[] = [{ from: 'user', text: question }];
    for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
      const reply = await this.context.step(`model, turn ${turn}`, () => this.model.reply(messages), {
        retryStrategy: retryPresets.default,
        timeout: { minutes: 2 },
      });
      if ('answer' in reply) return reply.answer;
      for (const call of reply.calls) messages.push({ from: 'tool', text: await this.use(call) });
    }
    throw new ExecutionError(`The model has not come to an answer in ${MAX_TURNS} turns.`);
  }

  private async use(call: ToolCall): Promise<string> {
    if (this.tools.needsApproval(call) && !(await this.isApproved(call))) return `${call.tool} was not approved`;
    return this.tools.run(call);
  }

  /** Suspends until a human has decided: for hours if necessary, while nothing runs. */
  private async isApproved({ tool, argument }: ToolCall): Promise<boolean> {
    const { approved } = await this.context.waitForCallback<Approval>(
      `approve ${tool}`,
      async (callbackId) =>
        console.log(`may the agent ${tool} ${argument}? Complete callback ${callbackId.slice(0, 6)}…`),
      // The approver sends JSON, in any way: the command line, the API, or a route of ours.
      { timeout: { hours: 24 }, serdes: defaultSerdes },
    );
    return approved;
  }
}
