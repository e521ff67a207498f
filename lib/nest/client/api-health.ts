import type { DurableControlClient } from '../../client/control-client.js';
import { DurableControlError } from '../../client/control-error.js';
import { isClockFailure, isExpiredCredentialsCode } from '../../wire/error-codes.js';
import { noFunctionToAskAbout } from './client.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

export interface DurableHealthOptions {
  /**
   * The health check lists this function's executions. The role needs `lambda:ListDurableExecutionsByFunction` on it,
   * but a refusal is a response too. @defaultValue this function, by `AWS_LAMBDA_FUNCTION_NAME`
   */
  functionName?: string;
  /** The maximum time for a response, in milliseconds. @defaultValue 3000 */
  timeoutMs?: number;
}

/** How the API of durable executions has responded. */
export interface ApiHealth {
  /** How long the response took, in milliseconds. */
  readonly latencyMs: number;
  /** AWS's error name, the code of a socket, or `timeout`; absent after a normal response. */
  readonly code?: string;
  /** The problem and its remedy. */
  readonly message?: string;
}

const TIMEOUT_MS = 3000;

/** No execution has this name, so the response is empty and small. */
const NOBODY = 'health-check-of-nobody';

/** Refusals of the caller itself: every other request would be refused too. */
const REFUSED_CALLER: ReadonlySet<string> = new Set([
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'UnrecognizedClientException',
]);

/**
 * Sends one request. If the API refuses only this request, for example without the permission for it, the API works.
 */
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
  const late: Failure = { isUp: false, code: 'timeout', message: `There was no response within ${timeoutMs} ms.` };
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
  return REFUSED_CALLER.has(code) || isExpiredCredentialsCode(code) || isClockFailure(code, message);
}
