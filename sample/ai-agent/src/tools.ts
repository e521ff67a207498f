import { Injectable } from '@nestjs/common';
import { CurrentStep, Step } from 'nestjs-durable-execution';
import type { ToolCall } from './chat-model.js';

/** The tools of the model. Each call is a step: it runs once, and the model sees its result on every run. */
@Injectable()
export class Tools {
  constructor(private readonly step: CurrentStep) {}

  /** Whether a human must approve the call first. */
  needsApproval({ tool }: ToolCall): boolean {
    return tool === 'refund';
  }

  async run(call: ToolCall): Promise<string> {
    switch (call.tool) {
      case 'find-order':
        return this.findOrder(call.argument);
      case 'refund':
        return this.refund(call.argument);
      default:
        return `There is no tool ${call.tool}.`;
    }
  }

  @Step('find order')
  async findOrder(which: string): Promise<string> {
    return `${which} cost 12.50`;
  }

  /** If it is interrupted, it runs again: the key tells the bank that it is the same refund. */
  @Step('refund')
  async refund(which: string): Promise<string> {
    console.log(`refund ${which} with key ${this.step.idempotencyKey}`);
    return `${which} is refunded`;
  }
}
