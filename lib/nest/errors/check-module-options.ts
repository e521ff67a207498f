import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { LambdaConnectionOptions } from '../../client/lambda-connection-options.js';
import type {
  AdmissionOptions,
  DurableExecutionModuleOptions,
  KeptRequestOptions,
} from '../durable-execution.options.js';
import { noOptionsFactory, wrongOption } from './errors.messages.js';
import type { ASYNC_OPTIONS_TYPE } from '../durable-execution.module-definition.js';
import { assertObject, assertOptions, type OptionTypes } from './assert-options.js';
import { DurableConfigurationError } from './durable-configuration-error.js';

const PLACE = 'DurableExecutionModule.forRoot()';
const ASYNC_PLACE = 'DurableExecutionModule.forRootAsync()';

type AsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/** Nest checks the values. */
const ASYNC: OptionTypes<AsyncOptions> = {
  imports: '',
  inject: '',
  isGlobal: '',
  provideInjectionTokensFrom: '',
  useClass: '',
  useExisting: '',
  useFactory: '',
};

const MODULE: OptionTypes<DurableExecutionModuleOptions> = {
  admission: 'object or false',
  client: '',
  direct: 'object',
  engine: 'object',
  errors: 'array or false',
  functions: 'object',
  lambda: 'object',
  looksPerSecond: 'number',
  maxFailedInvocations: '',
  onExecutionFailed: 'function',
  onStepFailed: 'function',
  redact: 'function',
};
const LAMBDA: OptionTypes<LambdaConnectionOptions> = {
  client: '',
  credentials: '',
  endpoint: 'string',
  region: 'string',
};
/** The engine checks the other values. */
const ENGINE: OptionTypes<EngineConfig> = {
  apiErrorCodes: '',
  aroundAttempt: 'function',
  clock: 'object',
  countInterruptedAttempts: 'boolean',
  errors: 'function',
  logger: '',
  maxFailedInvocations: '',
  onCall: 'function',
  onExecutionFailed: 'function',
  onStepFailed: 'function',
  plugins: '',
  pluginsConfig: 'object',
  stepStartHoldMs: 'number',
};
const DIRECT: OptionTypes<NonNullable<DurableExecutionModuleOptions['direct']>> = { globalGuards: 'boolean' };
const ADMISSION: OptionTypes<KeptRequestOptions> = { restore: 'function', save: 'function', serdes: 'object' };

/** @throws {DurableConfigurationError} for what Nest would fail to read; the options are checked at boot */
export function assertModuleOptions(options: unknown): void {
  assertObject(PLACE, options);
}

/** @throws {DurableConfigurationError} for options that would be ignored, or without one that makes the options */
export function assertAsyncOptions(options: AsyncOptions): void {
  assertOptions(ASYNC_PLACE, options, ASYNC);
  const { useFactory, useClass, useExisting } = options;
  if (!useFactory && !useClass && !useExisting) throw new DurableConfigurationError(noOptionsFactory(ASYNC_PLACE));
}

/** @throws {DurableConfigurationError} for options that would be ignored, or fail in the first execution */
export function checkModuleOptions(options: DurableExecutionModuleOptions): void {
  assertOptions(PLACE, options, MODULE);
  assertOptions(`${PLACE}, lambda`, options.lambda ?? {}, LAMBDA);
  assertOptions(`${PLACE}, engine`, options.engine ?? {}, ENGINE);
  assertOptions(`${PLACE}, direct`, options.direct ?? {}, DIRECT);
  checkAdmission(PLACE, options.admission);
}

/** @param place - what has the option `admission` */
export function checkAdmission(place: string, admission: AdmissionOptions | false | undefined): void {
  if (!admission) return;
  assertOptions(`${place}, admission`, admission, ADMISSION);
  const { save, restore } = admission as Partial<KeptRequestOptions>;
  if (!save !== !restore)
    throw new DurableConfigurationError(
      wrongOption(place, 'admission', {
        expected: 'an object with both save and restore, or neither',
        given: `only ${save ? 'save' : 'restore'}`,
      }),
    );
}
