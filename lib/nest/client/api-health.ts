import type { DurableControlClient } from '../../client/control-client.js';
import { DurableControlError } from '../../client/control-error.js';
import { isClockFailure, isExpiredCredentialsCode } from '../../wire/error-codes.js';
import { noFunctionToAskAbout } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

export interface DurableHealthOptions {
  /**
   * The function about whose executions the API is asked; the role needs `lambda:ListDurableExecutionsByFunction` on it, and
   * a refusal is an answer too. @defaultValue this very function, by `AWS_LAMBDA_FUNCTION_NAME`
   */
  functionName?: string;
  /** The longest that an answer may take, in milliseconds. @defaultValue 3000 */
  timeoutMs?: number;
}

/** How the API of durable executions has answered. */
export interface ApiHealth {
  /** How long the answer took, in milliseconds. */
  readonly latencyMs: number;
  /** AWS's error name, the code of a socket, or `timeout`; absent when it answered as asked. */
  readonly code?: string;
  /** What is wrong, and what can be done about it. */
  readonly message?: string;
}

const TIMEOUT_MS = 3000;

/** No execution is called so; an answer with none is the smallest. */
const NOBODY = 'health-check-of-nobody';

/** Refusals of whoever asks, whatever is asked: nothing else would be answered either. */
const NOT_LET_IN: ReadonlySet<string> = new Set([
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'UnrecognizedClientException',
]);

/** Asks once. A refusal of this very question, as without the permission for it, comes from an API that answers. */
export async function apiHealth(
  control: DurableControlClient,
  { functionName = process.env.AWS_LAMBDA_FUNCTION_NAME, timeoutMs = TIMEOUT_MS }: DurableHealthOptions,
): Promise<ApiHealth & { isUp: boolean }> {
  if (!functionName) throw new DurableConfigurationError(noFunctionToAskAbout());
  const startedMs = performance.now();
  const failure = await firstFailure(control.list({ functionName, executionName: NOBODY }), timeoutMs);
  const latencyMs = Math.round(performance.now() - startedMs);
  return failure ? { ...failure, latencyMs } : { isUp: true, latencyMs };
}

type Failure = Required<Pick<ApiHealth, 'code' | 'message'>> & { isUp: boolean };

async function firstFailure(list: AsyncGenerator, timeoutMs: number): Promise<Failure | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late: Failure = { isUp: false, code: 'timeout', message: `There was no answer within ${timeoutMs} ms.` };
  const timeUp = new Promise<Failure>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, late);
  });
  const asked = list.next().then(() => undefined, failureOf);
  try {
    return await Promise.race([asked, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof DurableControlError)) throw error;
  const { code, message, httpStatus } = error;
  return { isUp: httpStatus !== undefined && httpStatus < 500 && !isShutOut(code, message), code, message };
}

function isShutOut(code: string, message: string): boolean {
  return NOT_LET_IN.has(code) || isExpiredCredentialsCode(code) || isClockFailure(code, message);
}
