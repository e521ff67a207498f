/** The event sources, other than HTTP, that a `@LambdaEvent()` method can be for. */
export type LambdaEventSource = 'dynamodb' | 'eventbridge' | 'kafka' | 'kinesis' | 's3' | 'sns' | 'sqs';

/** Where an event comes from. */
export interface EventOrigin {
  source: LambdaEventSource;
  /**
   * The names to which `@LambdaEvent({ from })` is compared: of the queue, topic, table, stream, bucket or cluster, its
   * ARN, or the `detail-type` or the `source` of an EventBridge event.
   */
  names: readonly string[];
}

interface EventShape {
  Records?: [RecordShape];
  eventSource?: unknown;
  eventSourceArn?: unknown;
  records?: unknown;
  'detail-type'?: unknown;
  detail?: unknown;
  source?: unknown;
}

interface RecordShape {
  eventSource?: unknown;
  EventSource?: unknown;
  eventSourceARN?: unknown;
  Sns?: { TopicArn?: unknown };
  s3?: { bucket?: { name?: unknown; arn?: unknown } };
}

const RECORD_SOURCES: Readonly<Record<string, LambdaEventSource>> = {
  'aws:dynamodb': 'dynamodb',
  'aws:kinesis': 'kinesis',
  'aws:s3': 's3',
  'aws:sns': 'sns',
  'aws:sqs': 'sqs',
};

/** Of all sources. */
const NAMES: ReadonlySet<unknown> = new Set([...Object.values(RECORD_SOURCES), 'eventbridge', 'kafka']);

const KAFKA_SOURCES: ReadonlySet<unknown> = new Set(['aws:kafka', 'SelfManagedKafka']);

export function isEventSource(name: unknown): name is LambdaEventSource {
  return NAMES.has(name);
}

/** The origin of an event; `undefined` for an unknown source. */
export function originOf(event: unknown): EventOrigin | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const shape = event as EventShape;
  const record = Array.isArray(shape.Records) ? shape.Records[0] : undefined;
  if (record) return originOfRecord(record);
  if (KAFKA_SOURCES.has(shape.eventSource)) {
    return { source: 'kafka', names: [...namesOf(shape.eventSourceArn), ...topicsOf(shape.records)] };
  }
  if (typeof shape['detail-type'] === 'string' && 'detail' in shape) {
    const names = [shape['detail-type'], shape.source].filter((name) => typeof name === 'string');
    return { source: 'eventbridge', names };
  }
  return undefined;
}

function originOfRecord(record: RecordShape): EventOrigin | undefined {
  const source = RECORD_SOURCES[String(record.eventSource ?? record.EventSource)];
  if (!source) return undefined;
  const { bucket } = record.s3 ?? {};
  const names = bucket ? [bucket.name, bucket.arn] : namesOf(record.eventSourceARN ?? record.Sns?.TopicArn);
  return { source, names: names.filter((name) => typeof name === 'string') };
}

/** `…:orders` is a queue or topic, `…:stream/orders`, `…:table/orders/stream/…` and `…:cluster/orders/…` are paths. */
function namesOf(arn: unknown): string[] {
  if (typeof arn !== 'string') return [];
  const resource = arn.split(':').slice(5).join(':');
  const [first = '', second] = resource.split('/');
  return [second ?? first, arn];
}

/** Keys are `topic-partition`. */
function topicsOf(records: unknown): string[] {
  return Object.keys(records ?? {}).map((key) => key.replace(/-\d+$/, ''));
}
