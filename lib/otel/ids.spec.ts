import { createHash } from 'node:crypto';
import {
  deriveAttemptSpanId,
  deriveExecutionRootSpanId,
  deriveOperationSpanId,
  deriveTraceId,
  deriveWorkflowSpanId,
} from './ids.js';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders:1/durable-execution/order-77/5f0c0a52';
const START = new Date('2026-01-02T12:28:54.930Z');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('ids of spans', () => {
  it('are those that the plugins of other languages derive', () => {
    const started = { executionArn: ARN, executionStartTimestamp: START };

    expect(deriveTraceId(started)).toBe(sha256(`${ARN}:2026-01-02T12:28:54.930Z`).slice(0, 32));
    expect(deriveTraceId({ executionArn: ARN })).toBe(sha256(ARN).slice(0, 32));
    expect(deriveWorkflowSpanId(ARN)).toBe(sha256(`workflow:${ARN}`).slice(0, 16));
    expect(deriveExecutionRootSpanId(ARN)).toBe(sha256(`execution-root:${ARN}`).slice(0, 16));
    expect(deriveOperationSpanId(ARN, 'c4ca4238a0b92382')).toBe(sha256(`${ARN}:c4ca4238a0b92382`).slice(0, 16));
  });

  it('tell the attempts of an operation apart', () => {
    const ids = [1, 2].map((attempt) => deriveAttemptSpanId(ARN, 'c4ca4238a0b92382', attempt));

    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });
});
