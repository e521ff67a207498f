import { shown } from '../../engine/adapter.js';
import { list } from '../list.js';

export const duplicateEventHandler = (
  { source, from }: { source: string; from?: string },
  places: readonly string[],
): string =>
  `Two @LambdaEvent('${source}') methods are for the same events${from ? ` from "${from}"` : ''}: ${places.join(' and ')}. ` +
  `Keep one, or tell them apart: @LambdaEvent('${source}', { from: 'name' }).`;

export const emptyOrigin = (place: string, source: string, names: readonly string[]): string =>
  `An event of ${source} from "${names[0] ?? 'an unknown origin'}" arrived. ${place} is for events of ${source}, but its ` +
  '`from` is empty: is an environment variable missing? Name the origin, or leave `from` out for all events.';

export const matcherFailed = (place: string, how: string): string =>
  `The function that selects the events of ${place} ${how}. It is called for every event, of any form, and must return ` +
  'true or false for each.';

export const noEventHandler = (source: string, names: readonly string[]): string =>
  `An event of ${source} from "${names[0] ?? 'an unknown origin'}" arrived, but no provider has a method for it. ` +
  `Put @LambdaEvent('${source}') on a method of a provider. The invocation fails, so that the event is not lost.`;

export const unknownEventSource = (source: unknown): string =>
  `@LambdaEvent(${shown(source)}) names no known source. Known are 'dynamodb', 'eventbridge', 'kafka', 'kinesis', 's3', 'sns' and 'sqs'; ` +
  'for other events pass a function: @LambdaEvent((event) => …). Modules that import each other in a circle give undefined.';

export const twoEventDecorators = (place: string): string =>
  `${place} has two decorators for events, and only one would count. Select all of its events with one function: ` +
  '@LambdaEvent((event) => …).';

export const unknownStatus = (status: unknown, known: readonly string[]): string =>
  `@OnExecutionStatus() has the status ${shown(status)} in \`statuses\`, which this package does not know. Known: ${list(known)}. ` +
  'For one that AWS has added, use @LambdaEvent() with a matcher function.';
