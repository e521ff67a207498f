import { MAX_DELAY_SECONDS } from '../../../wire/limits.js';
import type { DurableFunctionConfig } from '../../core/durable-function-config.js';
import { either, flag, object, optional, positiveNumber, record, text, wholeNumber } from './config-checks.js';
import type { Check } from './config-checks.js';
import type { FunctionConfig, LocalServiceConfig } from './local-service-config.js';

export const functionName = text(/^[a-zA-Z0-9_-]{1,64}$/, '1 to 64 letters, digits, hyphens and underscores');
const variableName = text(/^[a-zA-Z_]\w*$/, 'a name of an environment variable');
/** May be empty. */
const variableValue = text(/^/, 'a text');

/** Limits of Lambda and of the durable service; the heap may be as small as Node.js supports. */
const functionChecks: Readonly<Record<keyof FunctionConfig, Check>> = {
  module: text(),
  export: optional(text()),
  durable: optional(
    either(
      flag,
      object({
        executionTimeoutSeconds: wholeNumber(1, MAX_DELAY_SECONDS),
        retentionPeriodInDays: optional(wholeNumber(1, 90)),
        kmsKeyArn: optional(text(/^arn:[a-z0-9-]+:kms:/, 'the ARN of a KMS key')),
      } satisfies Record<keyof DurableFunctionConfig, Check>),
    ),
  ),
  timeoutSeconds: optional(wholeNumber(1, 900)),
  environment: optional(record(variableName, variableValue)),
  concurrency: optional(wholeNumber(1, 100_000)),
  memorySizeMb: optional(wholeNumber(32, 65_536)),
  lambdaNodeFlags: optional(flag),
};

const configChecks: Readonly<Record<keyof LocalServiceConfig, Check>> = {
  functions: record(functionName, object(functionChecks)),
  port: optional(wholeNumber(0, 65_535)),
  host: optional(text()),
  data: optional(text()),
  timeScale: optional(positiveNumber),
  skipTime: optional(flag),
  includeExecutionData: optional(flag),
  region: optional(text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-east-1')),
};

/** Describes what is wrong with a config; `undefined` when nothing is. */
export function configProblem(config: unknown): string | undefined {
  return object(configChecks)(config, '');
}

/** Describes what is wrong with the name of a function; `undefined` when nothing is. */
export function functionNameProblem(name: string): string | undefined {
  return functionName(name, 'the name of a function');
}
