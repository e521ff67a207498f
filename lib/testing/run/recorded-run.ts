import { writeFile } from 'node:fs/promises';
import { type Host, nameOfStep, type StepMethod, type StepResult } from '../nest/step-method.js';
import { DurableRunError } from './durable-run-error.js';
import type { OperationView } from './operation-view.js';

/** @throws {TypeError} for what is no name: `undefined` would find the operations without one */
function assertName(name: unknown): void {
  if (typeof name !== 'string') throw new TypeError(`An operation is named by a text, and not by ${String(name)}.`);
}

/** What tests ask of the record of an execution, wherever it runs. */
export abstract class RecordedRun {
  /** Everything that the execution has recorded, in the order of the starts; without the execution itself. */
  abstract readonly operations: readonly OperationView[];
  abstract readonly events: readonly object[];

  /** The execution as a picture in text: each operation with its attempts beside a time axis. */
  abstract timeline(): string;

  /** The operations of a name, in the order of their starts. */
  operationsNamed(name: string): readonly OperationView[] {
    assertName(name);
    return this.operations.filter((operation) => operation.name === name);
  }

  /** The first operation of a name. @throws {DurableRunError} when there is none; the message lists those there are */
  operation(name: string): OperationView {
    const [first] = this.operationsNamed(name);
    if (first) return first;
    const names = new Set(this.operations.map((operation) => operation.name ?? `(unnamed ${operation.subType})`));
    throw this.#missing(`No operation is named ${JSON.stringify(name)}. There are`, [...names]);
  }

  /** The first step of a name, or of a `@Step()` method. @throws {DurableRunError} when there is none */
  step(name: string): OperationView;
  step<T extends object, K extends StepMethod<T>>(host: Host<T>, method: K): OperationView<StepResult<T[K]>>;
  step(step: string | Host<object>, method?: string): OperationView {
    return this.operation(nameOfStep(step, method));
  }

  /** Writes the history as JSON, as GetDurableExecutionHistory returns it; `replayHistory()` reads such files. */
  async save(file: string): Promise<void> {
    await writeFile(file, `${JSON.stringify({ Events: this.events }, undefined, 2)}\n`);
  }

  /** The names for which the execution waits: operations that have not completed, and the waits for callbacks. */
  get openNames(): readonly string[] {
    return [...new Set(this.#open().map(({ name }) => name))].filter((name) => name !== undefined);
  }

  /** @throws {DurableRunError} when no callback of that name is open */
  protected openCallback(name: string): string {
    const callbackId = this.findOpenCallback(name);
    if (callbackId !== undefined) return callbackId;
    const names = this.#open('CALLBACK').map((open) => JSON.stringify(open.name ?? ''));
    throw this.#missing(`No open callback is named ${JSON.stringify(name)}. Open are`, names);
  }

  protected findOpenCallback(name: string): string | undefined {
    return this.#open('CALLBACK').find((open) => open.name === name)?.callbackId;
  }

  #open(wanted?: string): Array<Pick<OperationView, 'name' | 'callbackId'>> {
    const { operations } = this;
    return operations
      .filter(({ type, hasEnded }) => !hasEnded && (wanted ? type === wanted : type !== 'CONTEXT'))
      .map(({ name, callbackId, parentId }) => {
        // The callback inside `waitForCallback('approval')` has no name.
        return { callbackId, name: name ?? operations.find(({ id }) => id === parentId)?.name };
      });
  }

  #missing(problem: string, others: readonly string[]): DurableRunError {
    return new DurableRunError(this, `${problem}: ${others.join(', ') || 'none'}`);
  }
}
