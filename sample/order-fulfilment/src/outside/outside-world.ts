import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';

/** An event in another system, which a crash of the application cannot undo. */
export interface OutsideEvent {
  system: string;
  event: string;
  orderId: string;
  [fact: string]: unknown;
}

/**
 * The systems around the shop, in one file, so that they outlive every process of the shop. They simulate the databases
 * and services that a real application would call.
 */
@Injectable()
export class OutsideWorld {
  private readonly file = join(process.env.OUTSIDE_WORLD ?? '.outside-world', 'events.jsonl');

  record(system: string, event: string, orderId: string, facts: Record<string, unknown> = {}): void {
    mkdirSync(dirname(this.file), { recursive: true });
    appendFileSync(this.file, `${JSON.stringify({ system, event, orderId, ...facts })}\n`);
  }

  find(system: string, event: string, orderId: string): OutsideEvent | undefined {
    return this.events().find((one) => one.system === system && one.event === event && one.orderId === orderId);
  }

  events(): OutsideEvent[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as OutsideEvent);
  }
}
