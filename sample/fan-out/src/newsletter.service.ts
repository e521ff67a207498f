import { Injectable } from '@nestjs/common';
import { CurrentStep, Durable, DurableContext, DurableInput, retryPresets } from 'nestjs-durable-execution';
import { NestingType } from 'nestjs-durable-execution/engine';
import { Mailer } from './mailer.js';

export interface Newsletter {
  subject: string;
  /** How many readers there are, numbered from 0. */
  readers: number;
}

export interface Report {
  reached: number;
  /** The first reader of each group that could not be reached. */
  failedFrom: number[];
}

/**
 * An execution has at most 3,000 operations, and each is billed. So readers come in groups, and items of the map have no
 * context of their own (`FLAT`): 10,000 readers are 100 steps and one context.
 */
const GROUP = 100;

@Injectable()
export class NewsletterDispatch {
  constructor(
    private readonly context: DurableContext,
    private readonly step: CurrentStep,
    private readonly mailer: Mailer,
  ) {}

  @Durable('send-newsletter')
  async send(@DurableInput() { subject, readers }: Newsletter): Promise<Report> {
    const groups = Array.from({ length: Math.ceil(readers / GROUP) }, (_, index) => index * GROUP);
    const result = await this.context.map(
      'groups',
      groups,
      (group, from) =>
        group.step(`readers from ${from}`, () => this.sendTo(subject, from, Math.min(from + GROUP, readers)), {
          retryStrategy: retryPresets.linear,
        }),
      {
        maxConcurrency: 20,
        nesting: NestingType.FLAT,
        // One group in twenty may fail. If more fail, the rest is not tried: something is wrong with the mail server.
        completionConfig: { toleratedFailurePercentage: 5 },
      },
    );
    if (result.completionReason === 'FAILURE_TOLERANCE_EXCEEDED') result.throwIfError();
    return {
      reached: result.getResults().reduce((sum, count) => sum + count, 0),
      failedFrom: result.failed().map(({ index }) => groups[index]!),
    };
  }

  /**
   * If sending to a group is interrupted, it runs again: the mail server recognises a letter by its key, and delivers
   * it once.
   */
  private async sendTo(subject: string, from: number, to: number): Promise<number> {
    for (let reader = from; reader < to; reader += 1) {
      await this.mailer.send({ reader, subject, key: `${this.step.idempotencyKey}-${reader}` });
    }
    return to - from;
  }
}
