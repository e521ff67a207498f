import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { DurableClient } from 'nestjs-durable-execution';
import { Reports } from './reports.service.js';

@Controller()
export class ReportsController {
  constructor(private readonly durable: DurableClient) {}

  /** An ordinary route. */
  @Get('health')
  health() {
    return { status: 'ok' };
  }

  /**
   * Starts an execution on this function, and responds immediately. The month is its name: a second request starts no
   * second execution.
   */
  @Post('reports/:month')
  @HttpCode(202)
  async build(@Param('month') month: string) {
    const { executionArn } = await this.durable.for(Reports, 'build').start({ month }, { executionName: month });
    return { execution: executionArn };
  }
}
