/**
 * The modules that decide whether an execution is safe, and the specs that check them. Mutants run only against these
 * specs, so that a run takes minutes: a spec nearby must notice every change of behaviour.
 *
 * `changesNothing` lists the mutants that no test could notice, each with the reason: by the line and the replacement.
 */
export const CORE_PARTS = {
  classification: {
    mutate: ['lib/wire/classify-api-error.ts', 'lib/engine/base/errors/durable-api-error.ts'],
    specs: ['lib/wire/classify-api-error.spec.ts', 'lib/engine/base/errors/durable-api-error.spec.ts'],
  },
  'error-codes': {
    mutate: ['lib/wire/error-codes.ts'],
    specs: ['lib/wire/error-codes.spec.ts'],
    withTexts: true,
    changesNothing: [
      // No pattern matches either of the texts that replace the missing code.
      { line: "THROTTLING_PATTERN.test(code ?? '')", replacement: '"Stryker was here!"' },
      { line: "PASSING_PATTERN.test(code ?? '')", replacement: '"Stryker was here!"' },
    ],
  },
  settlement: {
    mutate: ['lib/engine/invocation/settlement.ts', 'lib/engine/invocation/outcome.ts'],
    specs: ['lib/engine/invocation/settlement.spec.ts', 'lib/engine/invocation/outcome.spec.ts'],
  },
  checkpointer: {
    mutate: ['lib/engine/state/checkpointer.ts', 'lib/engine/state/update-queue.ts'],
    specs: [
      'lib/engine/state/checkpointer.spec.ts',
      'lib/engine/state/update-queue.spec.ts',
      'lib/engine/state/delivery/deliveries.spec.ts',
    ],
    changesNothing: [
      // A pause of 0 ms is none.
      { line: 'if (leftMs > 0 && this.#queue.endsBefore(last!))', replacement: 'leftMs >= 0' },
      { line: 'return leftOfOtherMs > 0 && this.#queue.bringsEnd', replacement: 'leftOfOtherMs >= 0' },
      { line: 'return leftOfOtherMs > 0 && this.#queue.bringsEnd ? leftOfOtherMs', replacement: 'true' },
      // A timer that is not there can be cleared, too.
      { line: 'if (this.#pause !== undefined) this.#options.clock.clearTimer', replacement: 'true' },
      { line: 'if (this.#holdTimer === undefined) return;', replacement: 'false' },
      // Nobody compares an operation with itself.
      { line: 'compareCalls(id, first.id) < 0', replacement: 'compareCalls(id, first.id) <= 0' },
      { line: 'compareCalls(one, other) < 0', replacement: 'compareCalls(one, other) <= 0' },
      // Where the estimate says that a request may be too large, the exact size decides.
      { line: 'this.#largestBytes -= largestBytes', replacement: 'this.#largestBytes += largestBytes' },
    ],
  },
  step: {
    mutate: ['lib/engine/operations/step.ts', 'lib/engine/operations/attempts.ts'],
    specs: [
      'lib/engine/operations/step.spec.ts',
      'lib/engine/operations/failed-attempt.spec.ts',
      'lib/engine/operations/step-timeout.spec.ts',
      'lib/engine/operations/call-checks.spec.ts',
      'lib/engine/operations/wait-for-condition.spec.ts',
      'lib/engine/invocation/failure-hooks.spec.ts',
    ],
    changesNothing: [
      // All statuses that the service has are named above it; the compiler holds that.
      { line: 'default:', replacement: 'default:' },
      // User code then runs in its own stores, which are read although none runs.
      { line: 'runsUserCode: false,', replacement: 'true' },
      // Nobody is told then, either: it saves the making of what would be told.
      { line: 'if (!invocation.config.onStepFailed) return;', replacement: 'false' },
      // What an earlier invocation has begun has a record.
      { line: 'const before = record?.StepDetails?.Error?.ErrorType', replacement: 'record.StepDetails' },
    ],
  },
  scope: {
    mutate: ['lib/engine/invocation/invocation.ts'],
    specs: [
      'lib/engine/invocation/invocation-settings.spec.ts',
      'lib/engine/invocation/invocation-deliveries.spec.ts',
      'lib/engine/invocation/invocation.spec.ts',
      'lib/engine/invocation/around-handler.spec.ts',
      'lib/engine/invocation/run-invocation.spec.ts',
      'lib/engine/invocation/suspension/suspension.spec.ts',
      'lib/engine/invocation/plugins/invocation-plugins.spec.ts',
      'lib/engine/operations/unknown-status.spec.ts',
      'lib/engine/saga/stop-signal.spec.ts',
      'lib/engine/state/delivery/deliveries.spec.ts',
      'lib/engine/state/replay-during-pages.spec.ts',
    ],
    changesNothing: [
      // The hold of pages that are all there ends before anything could be suspended.
      { line: 'if (!state.isComplete) state.completion.then(this.holdOpen()', replacement: 'true' },
      // Nobody asks for the hooks before the outcome is known.
      { line: "this.settlement.outcome?.kind === 'suspended'", replacement: 'this.settlement.outcome.kind' },
    ],
  },
};
