import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../core/service-error.js';
import type { Shape } from '../core/shapes.js';
import { validateShape } from '../core/validate-shape.js';
import type { ServiceParts } from '../service/service-parts.js';
import type { CallLog } from './call-log.js';
import type { FaultRule } from './fault.js';
import { FAULT_KINDS } from './fault.js';
import type { Faults } from './faults.js';
import type { Reply } from './reply.js';
import { json } from './reply.js';
import { parseJson, readBody } from './request.js';
import { ApiName } from './router.js';

/** The prefix of the routes that the real service does not have. */
export const ADMIN_PREFIX = '/_local/';

const BODY_LIMIT_BYTES = 64 * 1024;

const FAULT_RULE: Shape = {
  type: 'structure',
  required: ['kind'],
  members: {
    kind: { type: 'string', values: FAULT_KINDS },
    message: { type: 'string', max: 1024 },
    api: { type: 'string', values: Object.values(ApiName) },
    execution: { type: 'string', max: 1024 },
    nth: { type: 'integer', min: 1 },
    times: { type: 'integer', min: 1 },
    share: { type: 'number', min: 0, max: 1 },
    delayMs: { type: 'integer', min: 0, max: 3_600_000 },
    afterSeconds: { type: 'number', min: 0, max: 31_622_400 },
    invisibleSeconds: { type: 'number', min: 0, max: 31_622_400 },
  },
};

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
      'POST faults': (body) => faults.add(validateShape<FaultRule>(body, FAULT_RULE)),
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
