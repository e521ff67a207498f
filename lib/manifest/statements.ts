import type { BareFunction } from '../nest/durable-execution.options.js';
import type { IamStatement } from './manifest.js';

const FUNCTIONS = 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function';

/**
 * Executions are authorized by their own ARN, which begins with that of a version of the function; aliases never match.
 */
const EXECUTIONS = `${FUNCTIONS}:\${FunctionName}:*`;

export function durableFunctionStatements(): IamStatement[] {
  return [allow('DurableExecution', ['CheckpointDurableExecution', 'GetDurableExecutionState'], [EXECUTIONS])];
}

/** @param addresses where handlers run, as `forRoot({ functions })` has them */
export function starterStatements(addresses: readonly (string | BareFunction)[]): IamStatement[] {
  const names = addresses.map((address) => (typeof address === 'string' ? address : address.function));
  const targets = names.length > 0 ? [...new Set(names.map(arnOf))] : [`${FUNCTIONS}:\${FunctionName}:\${Qualifier}`];
  return [
    allow('StartExecutions', ['InvokeFunction'], targets),
    allow('ReadResults', ['GetDurableExecution'], executionsOf(targets)),
    allow('FindExecutions', ['ListDurableExecutionsByFunction'], targets.flatMap(withAndWithoutQualifier)),
  ];
}

export function operatorStatements(): IamStatement[] {
  const execution = [
    'GetDurableExecution',
    'GetDurableExecutionHistory',
    ...control('Stop', 'Pause', 'Resume', 'Delete'),
  ];
  const functionItself = `${FUNCTIONS}:\${FunctionName}`;
  return [
    allow('OperateExecutions', execution, [EXECUTIONS]),
    allow('ListExecutions', ['ListDurableExecutionsByFunction'], [functionItself, `${functionItself}:*`]),
  ];
}

export function healthCheckStatements(): IamStatement[] {
  const functionItself = `${FUNCTIONS}:\${FunctionName}`;
  return [allow('CheckHealth', ['ListDurableExecutionsByFunction'], [functionItself, `${functionItself}:*`])];
}

export function callbackSenderStatements(): IamStatement[] {
  const outcomes = ['Success', 'Failure', 'Heartbeat'];
  return [
    allow(
      'CompleteCallbacks',
      outcomes.map((outcome) => `SendDurableExecutionCallback${outcome}`),
      [EXECUTIONS],
    ),
  ];
}

function control(...verbs: string[]): string[] {
  return verbs.map((verb) => `${verb}DurableExecution`);
}

function allow(Sid: string, calls: readonly string[], Resource: string[]): IamStatement {
  return { Sid, Effect: 'Allow', Action: calls.map((call) => `lambda:${call}`), Resource };
}

function arnOf(address: string): string {
  return address.startsWith('arn:') ? address : `${FUNCTIONS}:${address}`;
}

/** The qualifier is the eighth part of a function's ARN; a placeholder contains colons too. */
function withoutQualifier(arn: string): string {
  const [, unqualified = arn] = /^(arn:.+:function:[^:]+):[^:]+$/.exec(arn) ?? [];
  return unqualified;
}

function executionsOf(arns: readonly string[]): string[] {
  return [...new Set(arns.map((arn) => `${withoutQualifier(arn).replace(':${Qualifier}', '')}:*`))];
}

/** The call is authorized by the ARN as it was requested. */
function withAndWithoutQualifier(arn: string): string[] {
  return [...new Set([withoutQualifier(arn).replace(':${Qualifier}', ''), arn])];
}
