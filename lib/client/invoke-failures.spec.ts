import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, dirname } from 'node:path';
import { INVOKE_FAILURES, invokeFailureOf } from '../wire/invoke-failures.js';
import { controlErrorOf } from './control-failure.js';

/** What the AWS client documents of `Invoke`, so that an update cannot add to it unseen. */
const root = dirname(createRequire(import.meta.url).resolve('@aws-sdk/client-lambda/package.json'));
const documentation = readFileSync(join(root, 'dist-types/commands/InvokeCommand.d.ts'), 'utf8');
const documented = [...documentation.matchAll(/@throws \{@link (\w+)\}/g)]
  .map(([, name]) => name as string)
  // The base of all.
  .filter((name) => name !== 'LambdaServiceException');

const refused = (name: string, httpStatus: number) =>
  Object.assign(new Error('No.'), { name, $metadata: { httpStatusCode: httpStatus } });

describe('the failures of Invoke', () => {
  it('are all that the AWS client documents, and no other', () => {
    expect(documented.length).toBeGreaterThan(30);
    expect([...INVOKE_FAILURES.keys()].toSorted()).toEqual(documented.toSorted());
  });

  it.each([...INVOKE_FAILURES])('%s has a remedy in sentences', (_, { remedy }) => {
    expect(remedy).toMatch(/^[A-Z].+\.$/);
  });

  it('are found with the prefix of a history, and only by their whole name', () => {
    expect(invokeFailureOf('Lambda.ENINotReadyException')).toBe(INVOKE_FAILURES.get('ENINotReadyException'));
    expect(invokeFailureOf('ENINotReady')).toBeUndefined();
    expect(invokeFailureOf(undefined)).toBeUndefined();
  });

  it.each<[string, number, boolean, RegExp]>([
    ['ENINotReadyException', 502, true, /Try again in a few moments/],
    ['InvalidZipFileException', 502, false, /deploy it again/],
    ['ResourceConflictException', 409, true, /LastUpdateStatus/],
    ['KMSDisabledException', 502, false, /encrypts its environment variables, .*lambda\.amazonaws\.com/],
    ['ResourceNotFoundException', 404, false, /qualifier/],
  ])('%s (%d) tells a start whether to repeat it (%s)', (name, status, retryable, remedy) => {
    const error = controlErrorOf('Invoke', refused(name, status));

    expect(error).toMatchObject({ name: 'DurableControlError', code: name, retryable });
    expect(error.remedy).toMatch(remedy);
    expect(error.message.endsWith(error.remedy ?? '-')).toBe(true);
  });

  it('say nothing of other calls, which go by the table of the durable API', () => {
    const conflict = controlErrorOf('DeleteDurableExecution', refused('ResourceConflictException', 409));

    expect(conflict.remedy).toContain('Only an execution that has ended can be deleted');
    expect(conflict.retryable).toBe(false);
    expect(controlErrorOf('GetDurableExecution', refused('ServiceException', 500)).retryable).toBe(true);
    expect(controlErrorOf('GetDurableExecution', refused('KMSDisabledException', 502)).retryable).toBe(false);
  });
});
