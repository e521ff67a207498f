import type { IncomingMessage } from 'node:http';
import { invalidShape, ServiceError } from '../core/service-error.js';
import type { Shape } from '../core/shapes.js';
import { validateShape } from '../core/validate-shape.js';
import type { ServiceParts } from '../service/service-parts.js';
import type { CallLog } from './call-log.js';
import type { FaultRule } from './fault.js';
import { faultRuleProblem } from './fault-rule-problem.js';
import type { Faults } from './faults.js';
import type { Reply } from './reply.js';
import { json } from './reply.js';
import { parseJson, readBody } from './request.js';
import { ApiName } from './router.js';

/** The prefix of the routes that the real service does not have. */
export const ADMIN_PREFIX = '/_local/';

const BODY_LIMIT_BYTES = 64 * 1024;

const ADVANCE: Shape = {
  type: 'structure',
  required: ['seconds'],
  members: { seconds: { type: 'integer', min: 1, max: 31_622_400 } },
};

const KILL: Shape = {
  type: 'structure',
  required: ['execution'],
  members: { execution: { type: 'string', max: 1024 } },
};

type AdminHandler = (body: unknown, query: URLSearchParams) => unknown;

/** Faults, the call log, time and killing: for tests and for the command line. */
export class AdminApi {
  readonly #handlers: Readonly<Record<string, AdminHandler>>;

  constructor(parts: ServiceParts, faults: Faults, calls: CallLog) {
    this.#handlers = {
      'GET status': () => ({
        now: parts.clock.now() / 1000,
        openExecutions: parts.registry.liveCount,
        runningInvocations: parts.dispatcher.runningCount,
      }),
      'GET functions': () => ({ functions: parts.functions.all() }),
      'GET faults': () => ({ faults: faults.list() }),
      'POST faults': (body) => faults.add(faultRuleIn(body)),
      'DELETE faults': (_, query) => removeFaults(faults, query.get('id')),
      'GET calls': (_, query) => callsOf(calls, query.get('api')),
      'DELETE calls': () => calls.reset(),
      'POST advance': (body) => parts.clock.advance(validateShape<{ seconds: number }>(body, ADVANCE).seconds * 1000),
      'POST kill': (body) => ({ killed: parts.dispatcher.kill(executionIdIn(body)) }),
    };
  }

  async handle(request: IncomingMessage, { path, query }: { path: string; query: URLSearchParams }): Promise<Reply> {
    const name = `${request.method} ${path.slice(ADMIN_PREFIX.length)}`;
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    if (!handler) throw new ServiceError('UnknownOperationException', 404, `There is no ${name}.`);
    const body = parseJson(await readBody(request, BODY_LIMIT_BYTES));
    return json(200, handler(body, query) ?? {});
  }
}

function faultRuleIn(body: unknown): FaultRule {
  const problem = faultRuleProblem(body);
  if (problem !== undefined) throw invalidShape(`${problem}.`);
  return body as FaultRule;
}

function removeFaults(faults: Faults, id: string | null): void {
  if (id === null) faults.clear();
  else faults.remove(Number(id));
}

function callsOf(calls: CallLog, api: string | null) {
  const name =
    api === null ? undefined : validateShape<ApiName>(api, { type: 'string', values: Object.values(ApiName) }, 'api');
  return { count: calls.count(name), calls: calls.list(name) };
}

function executionIdIn(body: unknown): string {
  const { execution } = validateShape<{ execution: string }>(body, KILL);
  return execution.slice(execution.lastIndexOf('/') + 1);
}
