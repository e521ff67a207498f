import { Injectable } from '@nestjs/common';
import { CallbackTimeoutError, Durable, DurableContext, DurableInput } from 'nestjs-durable-execution';
import { type Expense, Mail } from './mail.js';

/** What the approver's system posts. */
export interface Decision {
  approved: boolean;
  comment?: string;
}

export type Outcome = 'approved' | 'rejected' | 'expired';

@Injectable()
export class ExpenseApproval {
  constructor(
    private readonly context: DurableContext,
    private readonly mail: Mail,
  ) {}

  /** Sends the request, and waits for three days while nothing runs and nothing is billed. */
  @Durable('approve-expense')
  async decide(@DurableInput() expense: Expense): Promise<Outcome> {
    const outcome = await this.outcomeOf(expense);
    await this.mail.tell(expense, outcome);
    return outcome;
  }

  private async outcomeOf(expense: Expense): Promise<Outcome> {
    try {
      const { approved } = await this.context.waitForCallback<Decision>(
        'decision',
        (callbackId) => this.mail.ask(expense, callbackId),
        { timeout: { days: 3 } },
      );
      return approved ? 'approved' : 'rejected';
    } catch (error) {
      if (error instanceof CallbackTimeoutError) return 'expired';
      throw error;
    }
  }
}
