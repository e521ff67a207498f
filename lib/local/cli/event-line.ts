import { formatDuration } from './duration.js';
import { errorText } from './error-text.js';
import { oneLine, shorten } from './terminal-style.js';
import type { Style } from './terminal-style.js';
import { detailsOf, epochMsOf } from './timeline/timeline-event.js';
import type { TimelineDetails, TimelineEvent } from './timeline/timeline-event.js';
import { startOfText } from '../../wire/named-start.js';
import { toEpochMs } from '../../wire/timestamp.js';

export interface EventLine {
  glyph: string;
  style: Style;
  text: string;
}

const MAX_PAYLOAD_CHARACTERS = 60;
const CHANGE = /(Started|Succeeded|Failed|TimedOut|Cancelled|Stopped|Paused|Resumed)$/;

const CHANGES: Readonly<Record<string, Omit<EventLine, 'text'> & { verb: string }>> = {
  Started: { glyph: '▸', style: 'cyan', verb: 'started' },
  Succeeded: { glyph: '✓', style: 'green', verb: 'succeeded' },
  Failed: { glyph: '✗', style: 'red', verb: 'failed' },
  TimedOut: { glyph: '✗', style: 'red', verb: 'timed out' },
  Cancelled: { glyph: '■', style: 'dim', verb: 'was cancelled' },
  Stopped: { glyph: '■', style: 'yellow', verb: 'was stopped' },
  Paused: { glyph: '‖', style: 'yellow', verb: 'was paused' },
  Resumed: { glyph: '▸', style: 'cyan', verb: 'was resumed' },
};

/** Describes an event of a history in one line. */
export function eventLine(event: TimelineEvent): EventLine {
  const details = detailsOf(event);
  const [change = ''] = CHANGE.exec(event.EventType ?? '') ?? [];
  const look = CHANGES[change];
  if (event.EventType === 'InvocationCompleted') return invocationLine(event, details);
  if (!look) return { glyph: '·', style: 'dim', text: oneLine(event.EventType ?? 'an event without a type') };
  const { glyph, style, verb } = look;
  const delaySeconds = details.RetryDetails?.NextAttemptDelaySeconds;
  const facts = factsOf(details);
  if (delaySeconds === undefined) return { glyph, style, text: [`${subjectOf(event)} ${verb}`, ...facts].join('  ') };
  const outcome = change === 'Failed' ? 'failed' : 'is not done';
  const retry = `next attempt in ${formatDuration(delaySeconds * 1000)}`;
  return { glyph: '↻', style: 'yellow', text: [`${subjectOf(event)} ${outcome}, ${retry}`, ...facts].join('  ') };
}

function invocationLine(
  event: TimelineEvent,
  { StartTimestamp, EndTimestamp, Error: error }: TimelineDetails,
): EventLine {
  const atMs = epochMsOf(event);
  const took = formatDuration((toEpochMs(EndTimestamp) ?? atMs) - (toEpochMs(StartTimestamp) ?? atMs));
  if (!error?.Payload) return { glyph: '·', style: 'dim', text: `invocation ended after ${took}` };
  return { glyph: '✗', style: 'red', text: `invocation failed after ${took}  ${errorText(error.Payload)}` };
}

function subjectOf({ EventType = '', Name, SubType }: TimelineEvent): string {
  if (EventType.startsWith('Execution')) return 'execution';
  const kind = oneLine(SubType ?? EventType.replace(CHANGE, ''));
  return Name === undefined ? kind : `${oneLine(Name)} (${kind})`;
}

function factsOf(details: TimelineDetails): string[] {
  const { Input, Result, Error: error, Duration, CallbackId, FunctionName } = details;
  return [
    ...(Duration === undefined ? [] : [formatDuration(Duration * 1000)]),
    ...(FunctionName === undefined ? [] : [oneLine(FunctionName)]),
    ...(CallbackId === undefined ? [] : [`callback id ${oneLine(CallbackId)}`]),
    ...[startOfText(Input?.Payload).input, Result?.Payload, details.Reason?.Payload]
      .filter((payload) => payload !== undefined)
      .map((payload) => shorten(oneLine(payload), MAX_PAYLOAD_CHARACTERS)),
    ...(error?.Payload ? [errorText(error.Payload)] : []),
  ];
}
