import { originOf } from './lambda-event-source.js';

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;

describe('originOf', () => {
  it.each([
    ['sqs', 'orders', { Records: [{ eventSource: 'aws:sqs', eventSourceARN: arn('sqs', 'orders') }] }],
    ['sns', 'news', { Records: [{ EventSource: 'aws:sns', Sns: { TopicArn: arn('sns', 'news') } }] }],
    [
      'dynamodb',
      'Orders',
      { Records: [{ eventSource: 'aws:dynamodb', eventSourceARN: arn('dynamodb', 'table/Orders/stream/1') }] },
    ],
    [
      'kinesis',
      'clicks',
      { Records: [{ eventSource: 'aws:kinesis', eventSourceARN: arn('kinesis', 'stream/clicks') }] },
    ],
    ['s3', 'uploads', { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'uploads' } } }] }],
    ['kafka', 'main', { eventSource: 'aws:kafka', eventSourceArn: arn('kafka', 'cluster/main/1'), records: {} }],
    ['kafka', 'orders-eu', { eventSource: 'SelfManagedKafka', records: { 'orders-eu-12': [] } }],
    ['eventbridge', 'shop', { 'detail-type': 'Order Placed', detail: {}, source: 'shop' }],
    ['eventbridge', 'Order Placed', { 'detail-type': 'Order Placed', detail: {}, source: 'shop' }],
  ])('tells an event of %s from "%s"', (source, name, event) => {
    expect(originOf(event)).toEqual({ source, names: expect.arrayContaining([name]) });
  });

  it('knows an origin by its ARN too', () => {
    const eventSourceARN = arn('sqs', 'orders');
    expect(originOf({ Records: [{ eventSource: 'aws:sqs', eventSourceARN }] })?.names).toContain(eventSourceARN);
  });

  it.each([[null], ['text'], [{}], [{ Records: [] }], [{ Records: [{ eventSource: 'aws:unknown' }] }]])(
    'does not guess at %j',
    (event) => {
      expect(originOf(event)).toBeUndefined();
    },
  );
});
