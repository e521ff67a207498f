import type { StepConfig } from '../../engine/operations/step-config.js';
import { shared } from '../../process-state.js';

/** A method with `@Compensate()`. */
export interface DeclaredUndo {
  readonly method: string | symbol;
  readonly config: StepConfig<unknown>;
}

/** What a class declares, by the names of its steps. */
export interface DeclaredSaga {
  readonly steps: Set<string>;
  readonly undos: Map<string, DeclaredUndo>;
}

/** By the prototype of the class that declares them. */
const sagas = shared('sagas', () => new WeakMap<object, DeclaredSaga>());

export function declaredSagaOf(prototype: object): DeclaredSaga {
  let saga = sagas.get(prototype);
  if (!saga) sagas.set(prototype, (saga = { steps: new Set(), undos: new Map() }));
  return saga;
}

/** Registers a step of a class. @returns what the class declares */
export function declareStep(prototype: object, name: string): DeclaredSaga {
  const saga = declaredSagaOf(prototype);
  saga.steps.add(name);
  return saga;
}

/** The undo of a step: of its class, or of a class that this extends, for a step may override that of such a class. */
export function undoOf(prototype: object, step: string): DeclaredUndo | undefined {
  const undo = sagas.get(prototype)?.undos.get(step);
  const extended = Object.getPrototypeOf(prototype) as object | null;
  return undo ?? (extended ? undoOf(extended, step) : undefined);
}
