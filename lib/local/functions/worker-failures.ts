import { constants } from 'node:os';
import type { FunctionResult } from './function-runtime.js';

export type FunctionFailure = Extract<FunctionResult, { kind: 'failed' }>;

/** How a process ended, as `child_process` reports it. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Lambda's names of the signals that end a sandbox most often. */
const SIGNAL_TEXTS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

/** The function took longer than its timeout and was killed. */
export function timedOut(requestId: string, timeoutMs: number): FunctionFailure {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
}

/** The process ended without a response. */
export function exited(requestId: string, exit: ProcessExit): FunctionFailure {
  return failure('Runtime.ExitError', `RequestId: ${requestId} Error: ${exitText(exit)}`);
}

/** Lambda accepts 6 MiB and a hundred bytes of response. */
export function responseTooLarge(limitBytes: number, responseBytes: number | undefined): FunctionFailure {
  const size = responseBytes === undefined ? '' : ` (${responseBytes} bytes)`;
  return failure(
    'Function.ResponseSizeTooLarge',
    `Response payload size${size} exceeded maximum allowed payload size (${limitBytes} bytes).`,
  );
}

export function failure(errorType: string, errorMessage: string, stackTrace?: string[]): FunctionFailure {
  return { kind: 'failed', errorType, errorMessage, ...(stackTrace && stackTrace.length > 0 ? { stackTrace } : {}) };
}

function exitText({ code, signal }: ProcessExit): string {
  if (signal !== null) {
    return `Runtime exited with error: signal: ${SIGNAL_TEXTS[signal] ?? String(constants.signals[signal])}`;
  }
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}

/** Reads the body of `/error` or `/init/error`; other content of a runtime is quoted unchanged. */
export function reportedFailure(body: string): FunctionFailure {
  let report: Partial<Record<'errorType' | 'errorMessage' | 'trace' | 'stackTrace', unknown>>;
  try {
    report = Object(JSON.parse(body)) as typeof report;
  } catch {
    return failure('Runtime.Unknown', body);
  }
  const trace = report.trace ?? report.stackTrace;
  return failure(
    typeof report.errorType === 'string' ? report.errorType : 'Runtime.Unknown',
    typeof report.errorMessage === 'string' ? report.errorMessage : '',
    Array.isArray(trace) ? trace.map(String) : undefined,
  );
}
