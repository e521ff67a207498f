import { signWebhook } from 'nestjs-durable-execution';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { ApprovalModule } from './src/approval.module.js';
import { WebhookSecrets } from './src/decisions.controller.js';
import { ExpenseApproval } from './src/expense-approval.service.js';
import { type Expense, Mail } from './src/mail.js';

const expense: Expense = { id: 'e-7', amountCents: 12_000, approver: 'ada@example.org' };
const secret = 'a secret of the approver, 32 bytes';

/** Remembers who received requests and results. */
class Letters extends Mail {
  callbackId = '';

  override async ask(_expense: Expense, callbackId: string): Promise<void> {
    this.callbackId = callbackId;
  }
}

async function expenses() {
  const letters = new Letters();
  const test = await DurableTest.create({ imports: [ApprovalModule] })
    .overrideProvider(Mail)
    .useValue(letters)
    .overrideProvider(WebhookSecrets)
    .useValue({ approver: () => [secret] });
  test.mockStep('tell the employee', () => undefined);
  return { test, letters };
}

/** The approver's system. */
function decide(test: DurableTest, callbackId: string, { approved = true, signedWith = secret } = {}) {
  const body = JSON.stringify({ approved });
  const signature = signWebhook({ secret: signedWith, callbackId, body, timestampHeader: 'x-timestamp' });
  const headers = { 'content-type': 'application/json', ...signature };
  return test.request('POST', `/decisions/${encodeURIComponent(callbackId)}`, body, { headers });
}

describe('An approval by webhook', () => {
  it.each([
    [true, 'approved'],
    [false, 'rejected'],
  ])('whose answer is %s is %s', async (approved, outcome) => {
    const { test, letters } = await expenses();
    const run = await test.start(ExpenseApproval, 'decide', expense);
    await run.until({ suspended: true });
    await expect(decide(test, letters.callbackId, { approved })).resolves.toMatchObject({ status: 204 });
    await expect(run.result()).resolves.toBe(outcome);
    expect(run).toHaveRun('tell the employee', { times: 1 });
    await test.close();
  });

  it('refuses an answer that somebody else has signed, and one that comes twice', async () => {
    const { test, letters } = await expenses();
    const run = await test.start(ExpenseApproval, 'decide', expense);
    await run.until({ suspended: true });
    await expect(decide(test, letters.callbackId, { signedWith: 'guessed' })).resolves.toMatchObject({ status: 401 });
    expect(run.hasEnded).toBe(false);
    await decide(test, letters.callbackId);
    await run.result();
    await expect(decide(test, letters.callbackId)).resolves.toMatchObject({ status: 410 });
    await test.close();
  });

  it('expires after three days, and the employee is told', async () => {
    const { test } = await expenses();
    test.answerCallback('decision', 'timeout');
    const run = await test.start(ExpenseApproval, 'decide', expense);
    await expect(run.result()).resolves.toBe('expired');
    expect(run).toHaveRun('tell the employee', { times: 1 });
    await test.close();
  });
});
