import { type Context, context, createContextKey, type Span, trace } from '@opentelemetry/api';
import { hrTime } from './invocation-clock.js';
import type { InvocationTrace } from './invocation-trace.js';
import { exceptionOf } from './span-facts.js';

/**
 * The key under which the Nest layer of this package looks up the observer of stages; the Nest layer defines it too.
 */
const OBSERVER = Symbol.for('nestjs-durable-execution:nest-stages');
const KEY = createContextKey('nestjs-durable-execution:nest-stages');

/** Makes the Nest layer of this package report guards, interceptors and pipes. */
export function observeNestStages(): void {
  (globalThis as { [OBSERVER]?: typeof openStage })[OBSERVER] = openStage;
}

/** @returns nothing if no invocation with stages is traced */
function openStage(stage: string, name: string): OpenStage | undefined {
  const stages = context.active().getValue(KEY) as NestStages | undefined;
  return stages?.open(stage, name);
}

/** The guards, interceptors and pipes of one invocation, as spans below its own. */
export class NestStages {
  readonly #trace: InvocationTrace;
  readonly #open = new Set<OpenStage>();
  #invocation: Span | undefined;

  constructor(trace: InvocationTrace) {
    this.#trace = trace;
  }

  /** A context in which stages belong to this invocation. @param invocation - its span */
  within(active: Context, invocation: Span): Context {
    this.#invocation = invocation;
    return active.setValue(KEY, this);
  }

  open(stage: string, name: string): OpenStage | undefined {
    if (!this.#invocation?.isRecording()) return undefined;
    const span = this.#trace.start({
      name,
      parent: this.#invocation.spanContext(),
      startMs: this.#trace.clock.now(),
      attributes: { 'nestjs.type': stage },
    });
    const opened = new OpenStage(span, { trace: this.#trace, onEnd: () => void this.#open.delete(opened) });
    this.#open.add(opened);
    return opened;
  }

  /** The end of the invocation cuts off stages that still run. */
  close(): void {
    for (const stage of [...this.#open].reverse()) stage.end();
  }
}

interface StageParts {
  readonly trace: InvocationTrace;
  onEnd(): void;
}

/** A running stage. */
class OpenStage {
  readonly #span: Span;
  readonly #parts: StageParts;
  readonly #before = context.active();

  constructor(span: Span, parts: StageParts) {
    this.#span = span;
    this.#parts = parts;
  }

  within<T>(run: () => T): T {
    return context.with(trace.setSpan(this.#before, this.#span), run);
  }

  outside<T>(run: () => T): T {
    return context.with(this.#before, run);
  }

  failed(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#span.setStatus({ code: 2, message: error.message });
    this.#span.recordException(exceptionOf(error), hrTime(this.#parts.trace.clock.now()));
  }

  end(): void {
    this.#span.end(hrTime(this.#parts.trace.clock.now()));
    this.#parts.onEnd();
  }
}
