import { Injectable } from '@nestjs/common';
import { Step } from 'nestjs-durable-execution';

export interface Expense {
  id: string;
  amountCents: number;
  approver: string;
}

/** A placeholder for mail, chat, a task list, or another way to reach the approver. */
@Injectable()
export class Mail {
  /** The callback id is a credential: it is sent to the approver's system and nowhere else. */
  async ask({ id, approver }: Expense, callbackId: string): Promise<void> {
    console.log(`to ${approver}: decide on expense ${id} by POST /decisions/${encodeURIComponent(callbackId)}`);
  }

  @Step('tell the employee')
  async tell({ id }: Expense, outcome: string): Promise<void> {
    console.log(`expense ${id} is ${outcome}`);
  }
}
