import { Injectable } from '@nestjs/common';
import { Durable, DurableContext, DurableInput, LambdaEvent, LambdaPayload } from 'nestjs-durable-execution';

export interface ReportRequest {
  month: string;
}

@Injectable()
export class Reports {
  /** The messages that the queue has delivered; a real application would keep them in its database. */
  readonly uploads: string[] = [];

  constructor(private readonly context: DurableContext) {}

  @Durable('build-report')
  async build(@DurableInput() { month }: ReportRequest): Promise<{ month: string; pages: number }> {
    const pages = await this.context.step('collect', async () => month.length);
    await this.context.wait('until the books are closed', { days: 3 });
    return { month, pages };
  }

  /** Another durable method of the same function: the input names the method. */
  @Durable('archive')
  async archive(@DurableInput() { month }: ReportRequest): Promise<string> {
    return this.context.step('move', async () => `archive/${month}`);
  }

  /** The messages of a queue, in the same function. */
  @LambdaEvent('sqs')
  async uploaded(@LambdaPayload() event: { Records: Array<{ body: string }> }): Promise<void> {
    this.uploads.push(...event.Records.map(({ body }) => body));
  }
}
