import { diag, trace, type TracerProvider } from '@opentelemetry/api';
import type { DurableInstrumentationPlugin, InvocationInfo } from '../engine/invocation/plugins/plugin.js';
import type {
  DurableInstrumentationPluginFactory,
  DurableInstrumentationPluginRegistration,
} from '../engine/invocation/plugins/plugin-factory.js';
import { addToAllLines } from './active-log-fields.js';
import { ExecutionView } from './execution-view.js';
import { flushWithin } from './flush.js';
import { InvocationTrace } from './invocation-trace.js';
import { InvocationView } from './invocation-view.js';
import { observeNestStages } from './nest-stages.js';
import { type OpenTelemetryOptions, settingsOf, type TraceSettings } from './open-telemetry-options.js';
import { Predecessors } from './predecessors.js';
import { SteeredTracer } from './steered-tracer.js';

/** The engine defines this key. It is repeated here so that importing this subpath loads no engine. */
const REGISTRATION = Symbol.for('aws.lambda.durable.instrumentation.plugin-registration');

const VIEWS = { execution: ExecutionView, invocation: InvocationView };

/**
 * Traces executions with OpenTelemetry: spans for the execution, its invocations, operations and attempts, in one trace
 * over all invocations. Code in a handler has the right active span, also after a suspension.
 *
 * It creates no provider and no exporter, persists nothing and changes no outcome. Ids of spans are derived from what
 * the service knows, as in the official plugins, so spans of functions in other languages join the trace.
 *
 * @example
 * ```ts
 * DurableExecutionModule.forRoot({ engine: { plugins: [openTelemetry()] } });
 * export const handler = withDurableExecution(fulfil, { plugins: [openTelemetry({ view: 'invocation' })] });
 * ```
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): DurableInstrumentationPluginFactory {
  return new OpenTelemetryFactory(settingsOf(options));
}

/** State that outlives invocations. */
class OpenTelemetryFactory implements DurableInstrumentationPluginFactory {
  readonly [REGISTRATION]: DurableInstrumentationPluginRegistration;
  readonly #settings: TraceSettings;
  readonly #predecessors = new Predecessors();
  #hasWarned = false;

  constructor(settings: TraceSettings) {
    this.#settings = settings;
    if (settings.enrichLogger) addToAllLines();
    if (settings.nestStages) observeNestStages();
    this[REGISTRATION] = { name: `openTelemetry (${settings.view} view)`, exclusiveGroup: 'opentelemetry' };
  }

  createPlugin(info: InvocationInfo): DurableInstrumentationPlugin | undefined {
    const settings = this.#settings;
    const provider = settings.tracerProvider ?? trace.getTracerProvider();
    const tracer = this.#tracerOf(provider);
    if (!tracer) return undefined;
    return new VIEWS[settings.view](info, {
      trace: new InvocationTrace(info, tracer, settings),
      settings,
      predecessors: this.#predecessors,
      flush: () => flushWithin(provider, info, settings.flushTimeoutMs),
    });
  }

  /** Looked up in each invocation until there is one: it may be registered after this plugin is created. */
  #tracerOf(provider: TracerProvider): SteeredTracer | undefined {
    const tracer = SteeredTracer.of(provider, this.#settings.instrumentationName);
    if (!tracer && !this.#hasWarned) {
      this.#hasWarned = true;
      diag.warn(
        'Durable executions are not traced: no tracer provider of an OpenTelemetry SDK is registered. Register a ' +
          'NodeTracerProvider before the first invocation, or pass one to openTelemetry({ tracerProvider }).',
      );
    }
    return tracer;
  }
}
