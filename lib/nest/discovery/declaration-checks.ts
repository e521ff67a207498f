import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DURABLE_OPTIONS } from '../durable-execution.constants.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { checkDeclaredRules, type DeclaredRules } from '../errors/check-declared-rules.js';
import { declaredStepOf } from './declared-steps.js';
import { placeOf } from './discovered-handler.js';
import { durableMethodsOf } from './durable-methods.js';
import { MethodExplorer } from './method-explorer.js';
import { durableOptionsOf } from './method-marks.js';

/** Looks, when the application boots, at what decorators declare: what can never work is told then. */
@Injectable()
export class DeclarationChecks implements OnModuleInit {
  readonly #explorer: MethodExplorer;

  constructor(
    @Inject(ModulesContainer) container: ModulesContainer,
    @Inject(DURABLE_OPTIONS) private readonly options: DurableExecutionModuleOptions,
  ) {
    this.#explorer = new MethodExplorer(container);
  }

  /** @throws {DurableConfigurationError} that names the place and the remedy */
  async onModuleInit(): Promise<void> {
    await checkDeclaredRules(this.options, [...this.#rulesOfHandlers(), ...this.#rulesOfSteps()]);
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
