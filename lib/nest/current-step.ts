import { Injectable } from '@nestjs/common';
import { currentAttempt } from '../engine/adapter.js';
import type { RunningAttempt } from '../engine/context/call-frame.js';
import type { DurableContextLogger } from '../engine/context/logging/durable-logger.js';
import type { StepContext } from '../engine/operations/step-config.js';
import { outsideStep } from './durable-execution.messages.js';
import { DurableConfigurationError } from './errors/durable-configuration-error.js';

/**
 * The step whose body is running, for methods with `@Step()`, which receive no context. Injected, it is a singleton
 * that is correct in every execution and in every attempt.
 *
 * @throws {DurableConfigurationError} when used outside a step, except `isRunning`
 * @example
 * ```ts
 * @Step('charge card')
 * charge(order: Order): Promise<Payment> {
 *   return this.gateway.charge(order, { idempotencyKey: this.step.idempotencyKey });
 * }
 * ```
 */
@Injectable()
export class CurrentStep implements StepContext {
  /** Whether this code runs in a step; a method with `@Step()` that is called outside executions does not. */
  get isRunning(): boolean {
    return currentAttempt() !== undefined;
  }

  /** The name of the step. */
  get name(): string | undefined {
    return running().operation.name;
  }

  get attempt(): number {
    return running().number;
  }

  get idempotencyKey(): string {
    return given().idempotencyKey;
  }

  get attemptKey(): string {
    return given().attemptKey;
  }

  get signal(): AbortSignal {
    return given().signal;
  }

  get logger(): DurableContextLogger {
    return given().logger;
  }
}

function running(): RunningAttempt {
  const attempt = currentAttempt();
  if (!attempt) throw new DurableConfigurationError(outsideStep());
  return attempt;
}

function given(): StepContext {
  // It is set before its body starts.
  return running().context!;
}
