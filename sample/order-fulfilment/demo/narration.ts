import type { HistoryEvent } from 'nestjs-durable-execution';
import type { OutsideEvent } from '../src/outside/outside-world.js';

const isTerminal = process.stdout.isTTY;
const paint = (code: number) => (text: string) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
const dim = paint(2);
const red = paint(31);
const green = paint(32);
const bold = paint(1);

export const say = (text = ''): void => console.log(text);
export const heading = (text: string): void => say(`\n${bold(text)}`);

/** One line per event of the execution's history. */
export function narrate(event: HistoryEvent): void {
  const { attempt, nextAttemptDelaySeconds, durationSeconds, error } = event.details;
  const facts = [
    attempt !== undefined && `attempt ${attempt}`,
    durationSeconds !== undefined && `${durationSeconds} s`,
    error?.message && firstLine(error.message),
    nextAttemptDelaySeconds !== undefined && `again in ${nextAttemptDelaySeconds} s`,
  ].filter(Boolean);
  say(
    `  ${dim(time(event.at))}  ${mark(event)} ${event.type.padEnd(19)} ${event.name ?? ''}  ${dim(facts.join(', '))}`,
  );
}

/** What happened in other systems: this must never happen twice. */
export function narrateOutside({ system, event, idempotencyKey }: OutsideEvent): void {
  const key = typeof idempotencyKey === 'string' ? `, key ${idempotencyKey}` : '';
  say(`  ${dim(' '.repeat(12))}  ${dim(`↳ ${system}: ${event}${key}`)}`);
}

function mark({ type, details }: HistoryEvent): string {
  if (/Failed|TimedOut|Stopped/.test(type) || (type === 'InvocationCompleted' && details.error)) return red('✗');
  return /Succeeded/.test(type) ? green('✓') : '·';
}

function time(at: Date): string {
  return at.toISOString().slice(11, 23);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
