import { AsyncLocalStorage } from 'node:async_hooks';
import type { AttemptSubject } from '../../engine/invocation/engine-config.js';
import type { DurableForm } from '../../nest/decorators/durable-form.js';
import { shared } from '../../process-state.js';
import { assertName } from '../assert-name.js';
import { type StandIn, standIns } from '../../nest/decorators/stand-ins.js';

/** The replacement of a step's body. It may use the number of the attempt, from 1. */
export type StubBody = (attempt: { attempt: number; executionArn: string }) => unknown;

/** The steps that a stub is for: those of a name, or the calls of a `@Step()` method. */
export type StubbedStep = string | DurableForm;

interface Stub {
  body?: StandIn;
  failing?: { error: unknown; timesLeft: number };
  isStalled?: boolean;
}

/** How an attempt runs without stubs, and how it stalls. */
interface Attempt {
  body: () => Promise<unknown>;
  stall: () => Promise<never>;
}

type FindStandIn = (form: DurableForm) => StandIn | undefined;

/** The stubs of methods for the attempt that runs. */
const forMethods = shared('stubs-of-methods', () => new AsyncLocalStorage<FindStandIn>());

/** What a test has put in the place of steps' bodies. */
export class StepStubs {
  #stubs = new Map<StubbedStep, Stub>();
  #kept = new Map<StubbedStep, Stub>();
  #hasMethods = false;

  mock(step: StubbedStep, body: StubBody | StandIn): void {
    assertStep('mockStep()', step);
    if (typeof body !== 'function')
      throw new TypeError(`mockStep() needs a function to run for the step "${nameOf(step)}": write () => value.`);
    this.#add(step, { body });
  }

  fail(step: StubbedStep, error: unknown, times: number): void {
    assertStep('failStep()', step);
    if (!(Number.isInteger(times) || times === Infinity) || times < 1)
      throw new TypeError(
        `failStep() needs the number of attempts of "${nameOf(step)}" that fail: a whole number of at least 1.`,
      );
    this.#add(step, { failing: { error, timesLeft: times } });
  }

  stall(step: StubbedStep): void {
    assertStep('stallStep()', step);
    this.#add(step, { isStalled: true });
  }

  /** From now on, {@link clear} returns to what is set now. */
  keep(): void {
    this.#kept = copyOf(this.#stubs);
  }

  clear(): void {
    this.#stubs = copyOf(this.#kept);
    this.#hasMethods = [...this.#stubs.keys()].some((step) => typeof step !== 'string');
  }

  /** The names of the steps that are stubbed. */
  get names(): string[] {
    return [...this.#stubs.keys()].map(nameOf);
  }

  /** Runs a planned failure, a replacement, or the body itself. */
  async run({ name, attempt, executionArn }: AttemptSubject, { body, stall }: Attempt): Promise<unknown> {
    const named = name === undefined ? undefined : (this.#standInOf(name, stall) as StubBody | undefined);
    if (named) return named({ attempt, executionArn });
    if (!this.#hasMethods) return body();
    standIns.of = (form) => forMethods.getStore()?.(form);
    return forMethods.run((form) => this.#standInOf(form, stall), body);
  }

  #add(step: StubbedStep, stub: Stub): void {
    this.#stubs.set(step, { ...this.#stubs.get(step), ...stub });
    this.#hasMethods ||= typeof step !== 'string';
  }

  #standInOf(step: StubbedStep, stall: () => Promise<never>): StandIn | undefined {
    const { failing, isStalled, body } = this.#stubs.get(step) ?? {};
    if (isStalled) return stall;
    if (!failing || failing.timesLeft <= 0) return body;
    failing.timesLeft -= 1;
    return () => {
      throw failing.error;
    };
  }
}

function copyOf(stubs: ReadonlyMap<StubbedStep, Stub>): Map<StubbedStep, Stub> {
  const copied = ({ failing, ...stub }: Stub): Stub => ({ ...stub, ...(failing && { failing: { ...failing } }) });
  return new Map([...stubs].map(([step, stub]) => [step, copied(stub)]));
}

/** The form of a method is a function. */
function assertStep(place: string, step: StubbedStep): void {
  if (typeof step !== 'function') assertName(place, step, 'the name of a step');
}

function nameOf(step: StubbedStep): string {
  return typeof step === 'string' ? step : step.operationName;
}
