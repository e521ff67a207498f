import type { CallHandler, NestInterceptor, PipeTransform } from '@nestjs/common';
import type { ExternalContextCreator } from '@nestjs/core';
import { finalize, isObservable, tap } from 'rxjs';
import type { Guard } from './guard.js';
import { nameOf } from './name-of.js';
import { replaceMethod } from './replace-method.js';
import { durableInterceptor } from './durable.interceptor.js';

/** The key under which telemetry registers its observer of stages; telemetry defines it too. */
const OBSERVER = Symbol.for('nestjs-durable-execution:nest-stages');
const SEAM = Symbol.for('nestjs-durable-execution:stage-seam');

type Stage = 'guard' | 'interceptor' | 'pipe';

/** A running guard, interceptor or pipe, as telemetry observes it. */
interface ObservedStage {
  /** Runs the stage itself. */
  within<T>(run: () => T): T;
  /** Runs the code after an interceptor, outside its span. */
  outside<T>(run: () => T): T;
  failed(error: unknown): void;
  end(): void;
}

/** @returns nothing outside observed invocations */
type Observer = (stage: Stage, name: string) => ObservedStage | undefined;

const observer = (): Observer | undefined => (globalThis as { [OBSERVER]?: Observer })[OBSERVER];

/**
 * Lets telemetry observe interceptors and pipes, if it asks for that; guards have a hook already. Nest passes all of a
 * call to one method each, with their instances: none of them is changed. Only telemetry depends on these methods.
 */
export function installStageSeam(contexts: ExternalContextCreator): void {
  if (!observer()) return;
  const interceptors = { of: 'interceptorsConsumer', method: 'intercept', mark: SEAM } as const;
  replaceMethod(contexts, interceptors, withList(0, observedInterceptor));
  replaceMethod(contexts, { of: 'pipesConsumer', method: 'applyPipes', mark: SEAM }, withList(2, observedPipe));
}

/** The guard with observation, if telemetry observes it; else the guard itself. */
export function observedGuard(guard: Guard): Guard {
  if (!observer()) return guard;
  const name = `${nameOf(guard)}.canActivate`;
  const canActivate = (context: unknown): unknown =>
    observed({ stage: 'guard', name }, () => guard.canActivate(context));
  // It keeps the name of the guard's class.
  return Object.create(guard, { canActivate: { value: canActivate } }) as Guard;
}

function observedPipe(pipe: PipeTransform): PipeTransform {
  const name = `${nameOf(pipe)}.transform`;
  return {
    transform: (value: unknown, metadata) =>
      observed({ stage: 'pipe', name }, (): unknown => pipe.transform(value, metadata)),
  };
}

/** Its span lasts as long as its stream; the code after it does not run within the span. */
function observedInterceptor(interceptor: NestInterceptor): NestInterceptor {
  if ((interceptor as unknown) === durableInterceptor) return interceptor;
  const name = `${nameOf(interceptor)}.intercept`;
  return {
    intercept: (context, next) =>
      observed({ stage: 'interceptor', name }, (span) => {
        const rest: CallHandler = span ? { handle: () => span.outside(() => next.handle()) } : next;
        return interceptor.intercept(context, rest);
      }),
  };
}

interface Named {
  stage: Stage;
  name: string;
}

function observed<T>({ stage, name }: Named, run: (span?: ObservedStage) => T): T {
  const span = observer()?.(stage, name);
  if (!span) return run();
  try {
    return followed(
      span.within(() => run(span)),
      span,
    );
  } catch (error) {
    span.failed(error);
    span.end();
    throw error;
  }
}

/** The value of a stage, unchanged; its span ends when the value settles. */
function followed<T>(given: T, span: ObservedStage): T {
  const failed = (error: unknown) => span.failed(error);
  const end = () => span.end();
  if (isObservable(given)) return given.pipe(tap({ error: failed }), finalize(end)) as T;
  if (!(given instanceof Promise)) {
    end();
    return given;
  }
  return given.then(
    (value: unknown) => followed(value, span),
    (error: unknown) => {
      failed(error);
      end();
      throw error;
    },
  ) as T;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** @param at - the index of the list among the arguments */
function withList<Entry>(at: number, replaced: (entry: Entry) => Entry): (original: Method) => Method {
  return (original) =>
    function (...args) {
      const list = args[at];
      return original.apply(this, Array.isArray(list) ? args.with(at, list.map(replaced)) : args);
    };
}
