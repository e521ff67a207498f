import { isEnd } from '../../wire/execution-end.js';
import { statusChangeOf } from './status-change.js';
import { StatusChanges } from './status-changes.js';

const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:orders:7/durable-execution/order-1/0b0c';

const eventOf = (detail: object) => ({
  version: '0',
  id: 'd019b0c7',
  'detail-type': 'Durable Execution Status Change',
  source: 'aws.lambda',
  account: '123456789012',
  time: '2026-11-28T12:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});

describe('statusChangeOf', () => {
  it('reads what EventBridge tells of an execution that has ended', () => {
    const detail = {
      durableExecutionArn: ARN,
      durableExecutionName: 'order-1',
      functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:orders:7',
      status: 'SUCCEEDED',
      startTimestamp: '2026-11-27T12:00:00.000Z',
      endTimestamp: '2026-11-28T12:00:00.000Z',
    };
    expect(statusChangeOf(eventOf(detail))).toEqual({
      executionArn: ARN,
      executionName: 'order-1',
      functionArn: detail.functionArn,
      status: 'SUCCEEDED',
      startedAt: new Date('2026-11-27T12:00:00Z'),
      endedAt: new Date('2026-11-28T12:00:00Z'),
    });
  });

  it('leaves out what is not told, and keeps a status that nobody knows', () => {
    expect(
      statusChangeOf(eventOf({ durableExecutionArn: ARN, status: 'HIBERNATING', startTimestamp: 'soon' })),
    ).toEqual({ executionArn: ARN, status: 'HIBERNATING' });
    expect(isEnd('HIBERNATING')).toBe(false);
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [eventOf({ status: 'FAILED' })],
    [eventOf({ durableExecutionArn: ARN })],
    [{ ...eventOf({ durableExecutionArn: ARN, status: 'FAILED' }), source: 'shop' }],
    [{ ...eventOf({ durableExecutionArn: ARN, status: 'FAILED' }), 'detail-type': 'Order Placed' }],
  ])('takes nothing else for a change: %j', (event) => {
    expect(statusChangeOf(event)).toBeUndefined();
  });
});

describe('StatusChanges', () => {
  it('lets an execution that has ended stay ended, for events come late and twice', () => {
    const changes = new StatusChanges();
    const heard: string[] = [];
    changes.listen(ARN, ({ status }) => heard.push(status));
    for (const status of ['RUNNING', 'FAILED', 'FAILED', 'RUNNING'] as const)
      changes.note({ executionArn: ARN, status });
    expect(heard).toEqual(['RUNNING', 'FAILED']);
    expect(changes.lastOf(ARN)?.status).toBe('FAILED');
  });

  it('remembers the last thousand executions', () => {
    const changes = new StatusChanges();
    for (let number = 0; number <= 1_000; number += 1)
      changes.note({ executionArn: `arn-${number}`, status: 'RUNNING' });
    expect([changes.lastOf('arn-0'), changes.lastOf('arn-1')?.status]).toEqual([undefined, 'RUNNING']);
  });

  it('tells those who listen still, and nobody of another execution', () => {
    const changes = new StatusChanges();
    const heard: string[] = [];
    const stop = changes.listen(ARN, () => heard.push('stopped'));
    changes.listen(ARN, () => heard.push('listening'));
    changes.listen('another', () => heard.push('another'));
    stop();
    stop();
    changes.note({ executionArn: ARN, status: 'RUNNING' });
    expect(heard).toEqual(['listening']);
  });
});
