import { Injectable } from '@nestjs/common';
import { Durable, DurableContext, DurableInput, ExecutionError, retryPresets } from 'nestjs-durable-execution';
import { defaultSerdes } from 'nestjs-durable-execution/engine';
import { ChatModel, type Message, type ToolCall } from './chat-model.js';
import { Tools } from './tools.js';

/** A model that never comes to an end is stopped here, not by the bill. */
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
   * The loop of an agent, as ordinary code. A model says something else each time it is asked, so what it said is recorded: the
   * code that follows from it takes the same path on every run, and no token is paid for twice because of a crash elsewhere.
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

  /** Suspends until somebody has decided: hours, if need be, in which nothing runs. */
  private async isApproved({ tool, argument }: ToolCall): Promise<boolean> {
    const { approved } = await this.context.waitForCallback<Approval>(
      `approve ${tool}`,
      async (callbackId) =>
        console.log(`may the agent ${tool} ${argument}? Complete callback ${callbackId.slice(0, 6)}…`),
      // Whoever answers sends JSON, by whatever means: the command line, the API, or a route of ours.
      { timeout: { hours: 24 }, serdes: defaultSerdes },
    );
    return approved;
  }
}
