import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type OtelRequirement, readOtelRequirements } from './otel-requirement.js';
import type { Verdict } from './match-telemetry.js';
import { runOtelRequirement } from './run-otel-requirement.js';

const AT_ONCE = 6;

const given = fileURLToPath(new URL('../../../shared/conformance-otel', import.meta.url));
const requirements = existsSync(given) ? await readOtelRequirements(given) : [];

if (requirements.length === 0) {
  describe('the requirements of OpenTelemetry', () => {
    it.skip(`are not at ${given}, so that nothing can be checked against them`, () => undefined);
  });
} else {
  describe('the requirements of OpenTelemetry', () => {
    const verdicts = new Map<OtelRequirement, Verdict>();

    // Most of the time they wait, so several run concurrently.
    beforeAll(async () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      const rest = [...requirements];
      const work = async () => {
        for (let one = rest.shift(); one; one = rest.shift()) verdicts.set(one, await runOtelRequirement(one));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    });

    afterAll(() => context.disable());

    it.each(requirements.map((one) => [one.id, one.view, one] as const))('%s, %s view', (_id, _view, requirement) => {
      expect(verdicts.get(requirement)!.problems).toEqual([]);
    });
  });
}
