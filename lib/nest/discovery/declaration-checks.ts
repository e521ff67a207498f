import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DURABLE_OPTIONS } from '../durable-execution.constants.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { checkDeclaredRules, type DeclaredRules } from '../errors/check-declared-rules.js';
import { declaredSagaOf } from '../compensation/declared-undos.js';
import { irreversibleStep, undoOfNothing } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { declaredStepOf, undoneStepOf } from './declared-steps.js';
import { placeOf } from './discovered-handler.js';
import { durableMethodsOf } from './durable-methods.js';
import { MethodExplorer } from './method-explorer.js';
import { durableOptionsOf } from './method-marks.js';

/** Checks the declarations of decorators when the application boots, and reports those that can never work. */
@Injectable()
export class DeclarationChecks implements OnModuleInit {
  readonly #explorer: MethodExplorer;

  constructor(
    @Inject(ModulesContainer) container: ModulesContainer,
    @Inject(DURABLE_OPTIONS) private readonly options: DurableExecutionModuleOptions,
  ) {
    this.#explorer = MethodExplorer.of(container);
  }

  /** @throws {DurableConfigurationError} that names the place and the remedy */
  async onModuleInit(): Promise<void> {
    this.#checkUndos();
    await checkDeclaredRules(this.options, [...this.#rulesOfHandlers(), ...this.#rulesOfSteps()]);
  }

  #checkUndos(): void {
    for (const { mark: step, ...found } of this.#explorer.ofProviders(undoneStepOf)) {
      const { steps } = declaredSagaOf(declaring(found));
      if (!steps.has(step)) throw new DurableConfigurationError(undoOfNothing(placeOf(found), step, [...steps]));
    }
    for (const { mark, ...found } of this.#explorer.ofProviders(declaredStepOf)) {
      const isUndone = declaredSagaOf(declaring(found)).undos.has(mark.name);
      if (mark.irreversible && !isUndone) {
        throw new DurableConfigurationError(irreversibleStep(found.className, mark.name));
      }
    }
  }

  #rulesOfHandlers(): DeclaredRules[] {
    return durableMethodsOf(this.#explorer).flatMap((found) => {
      const errors = durableOptionsOf(found.method)?.errors;
      return errors ? [{ place: `@Durable() on ${placeOf(found)}`, errors }] : [];
    });
  }

  #rulesOfSteps(): DeclaredRules[] {
    return this.#explorer.ofProviders(declaredStepOf).flatMap(({ mark: { errors }, ...found }) => {
      return errors ? [{ place: `@Step() on ${placeOf(found)}`, errors }] : [];
    });
  }
}

/** The prototype of the class that declares a method: a subclass may inherit it. */
function declaring({ prototype, methodName }: { prototype: object; methodName: string }): object {
  let declarer = prototype;
  while (!Object.hasOwn(declarer, methodName)) declarer = Object.getPrototypeOf(declarer) as object;
  return declarer;
}
