import { isFailureLimit } from '../../engine/adapter.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { checkDeclaredRules, type DeclaredRules } from '../errors/check-declared-rules.js';
import { declaredSagaOf, undoOf } from '../compensation/declared-undos.js';
import {
  accessorInPlace,
  irreversibleStep,
  parameterOfRequest,
  parameterWithoutDecorator,
  undoOfNothing,
  unknownDependencies,
  wrongLimit,
} from './discovery.messages.js';
import { BODY_PARAMETER, COMPENSATION_METADATA, NestMetadata, STEP_METADATA } from '../durable-execution.constants.js';
import { checkAdmission } from '../errors/check-module-options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { DeclaredStep } from './declared-steps.js';
import { type DiscoveredHandler, placeOf } from './discovered-handler.js';
import type { Candidate, MarkedMethod, MethodExplorer } from './method-explorer.js';
import { declaringPrototype, describedParameters, durableOptionsOf, markedAccessorsOf } from './method-marks.js';

/**
 * Checks the declarations of decorators when the application boots.
 * @throws {DurableConfigurationError} for one that can never work; it names the place and the remedy
 */
export async function checkDeclarations(
  explorer: MethodExplorer,
  handlers: readonly DiscoveredHandler[],
  options: DurableExecutionModuleOptions,
): Promise<void> {
  const steps = explorer.ofAll<DeclaredStep>(STEP_METADATA);
  for (const found of explorer.classes) {
    checkConstructor(found);
    checkAccessors(found);
  }
  checkUndos(explorer.ofAll(COMPENSATION_METADATA), steps);
  for (const found of handlers) {
    checkLimit(found);
    checkAdmission(`@Durable() on ${placeOf(found)}`, durableOptionsOf(found.method)?.admission);
    checkParameters(found);
  }
  await checkDeclaredRules(options, [...rulesOfHandlers(handlers), ...rulesOfSteps(steps)]);
}

type MarkedStep = MarkedMethod<DeclaredStep>;

/** Without metadata Nest constructs a class without its dependencies, and the first use of one fails far from the reason. */
function checkConstructor({ host, prototype: { constructor } }: Candidate): void {
  if (host.metatype !== constructor || host.inject) return;
  const types = (Reflect.getMetadata(NestMetadata.PARAMETER_TYPES, constructor) ?? []) as unknown[];
  const injected = Reflect.getMetadata(NestMetadata.INJECTED_PARAMETERS, constructor) as
    Array<{ index: number }> | undefined;
  // Nest itself refuses one that is missing before another.
  const known = Math.max(types.length, ...(injected ?? []).map(({ index }) => index + 1));
  if (known < constructor.length) throw new DurableConfigurationError(unknownDependencies(constructor.name));
}

/** It would never be called, and its events would reach another method. */
function checkAccessors({ prototype }: Candidate): void {
  const className = prototype.constructor.name;
  for (const { decorator, methodName } of markedAccessorsOf(prototype))
    throw new DurableConfigurationError(accessorInPlace(decorator, placeOf({ className, methodName })));
}

function checkUndos(undos: ReadonlyArray<MarkedMethod<string>>, steps: readonly MarkedStep[]): void {
  for (const { mark: step, ...found } of undos) {
    const { steps: declared } = declaredSagaOf(declaringPrototype(found.prototype, found.methodName)!);
    if (!declared.has(step)) throw new DurableConfigurationError(undoOfNothing(placeOf(found), step, [...declared]));
  }
  for (const { mark, ...found } of steps) {
    if (mark.irreversible && !undoOf(declaringPrototype(found.prototype, found.methodName)!, mark.name)) {
      throw new DurableConfigurationError(irreversibleStep(found.className, mark.name));
    }
  }
}

/** Without this, a number of another kind would count as no limit. */
function checkLimit(found: DiscoveredHandler): void {
  const { maxFailedInvocations: most = false } = durableOptionsOf(found.method) ?? {};
  if (most === false || isFailureLimit(most)) return;
  throw new DurableConfigurationError(wrongLimit(placeOf(found), most));
}

/** Nest passes `undefined` as such a parameter, and the method would fail far from the reason, or lose its input. */
function checkParameters(found: DiscoveredHandler): void {
  const { prototype, methodName, method, route } = found;
  const parameters = Object.entries(describedParameters<{ index: number }>(prototype.constructor, methodName));
  const decorated = new Set(parameters.map(([, { index }]) => index));
  // The input and the context, as without any decorators. A further parameter is for code that calls the method itself.
  const isPlain = decorated.size === 2 && parameters.every(([key, { index }]) => index < 2 && !isOfRequest(key));
  for (let index = 0; index < method.length; index++) {
    if (!isPlain && !decorated.has(index))
      throw new DurableConfigurationError(parameterWithoutDecorator(placeOf(found), index + 1));
  }
  if (route === 'http') return;
  for (const [key, { index }] of parameters) {
    if (isOfRequest(key)) throw new DurableConfigurationError(parameterOfRequest(placeOf(found), index + 1));
  }
}

/** Nest's keys of its own decorators are `<kind>:<index>`; those of other decorators begin with a text. */
function isOfRequest(key: string): boolean {
  const kind = /^(\d+):/.exec(key)?.[1];
  return kind !== undefined && Number(kind) !== BODY_PARAMETER;
}

function rulesOfHandlers(handlers: readonly DiscoveredHandler[]): DeclaredRules[] {
  return handlers.flatMap((found) => {
    const errors = durableOptionsOf(found.method)?.errors;
    return errors ? [{ place: `@Durable() on ${placeOf(found)}`, errors }] : [];
  });
}

function rulesOfSteps(steps: readonly MarkedStep[]): DeclaredRules[] {
  return steps.flatMap(({ mark: { errors }, ...found }) => {
    return errors ? [{ place: `@Step() on ${placeOf(found)}`, errors }] : [];
  });
}
