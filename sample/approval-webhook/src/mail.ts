import { Injectable } from '@nestjs/common';
import { Step } from 'nestjs-durable-execution';

export interface Expense {
  id: string;
  amountCents: number;
  approver: string;
}

/** Stands for whatever reaches the approver: mail, chat, a task list. */
@Injectable()
export class Mail {
  /** The callback id is a credential: it goes to the approver's system and nowhere else. */
  async ask({ id, approver }: Expense, callbackId: string): Promise<void> {
    console.log(`to ${approver}: decide on expense ${id} by POST /decisions/${encodeURIComponent(callbackId)}`);
  }

  @Step('tell the employee')
  async tell({ id }: Expense, outcome: string): Promise<void> {
    console.log(`expense ${id} is ${outcome}`);
  }
}
