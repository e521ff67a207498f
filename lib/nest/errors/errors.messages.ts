import { shown } from '../../engine/adapter.js';

export const noOptionsObject = (place: string, given: unknown): string =>
  `${place} needs an object as its options, and received ${shown(given)}. Pass an object, or leave it out.`;

export const noOptionsFactory = (place: string): string =>
  `${place} needs one of: useFactory, useClass, useExisting. Options that are known already belong into forRoot().`;

/** @param given - what kind of value it is; the value itself may be a secret */
export const wrongOption = (
  place: string,
  name: string,
  { expected, given }: { expected: string; given: string },
): string => `The option "${name}" of ${place} has a wrong value (${given}). It must be: ${expected}.`;

export const rulesWithoutEffect = (place: string): string =>
  `${place} has rules in \`errors\`, but DurableExecutionModule.forRoot({ errors: false }) turns rules off. Remove one of the two.`;

export const problemAt = (place: string, problem: unknown): string =>
  `${place}: ${problem instanceof Error ? problem.message : String(problem)}`;

export const notDurable = (place: string): string =>
  `${place} is a @Durable() method, and this call is not part of a durable execution. ` +
  'Give the Lambda function a DurableConfig (ExecutionTimeout, RetentionPeriodInDays), publish a version, ' +
  'and send the request to that version or an alias of it.';
