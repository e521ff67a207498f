import { ErrorLink } from './error-link.js';

/** The maximum depth of a chain; deeper links do not help. */
const MAX_DEPTH = 10;
/** The total number of links, because a link may have several below it. */
const MAX_LINKS = 40;

/**
 * Where libraries keep the error that they wrap. The link nearest to the outermost error comes first; within one error,
 * the order of this list counts.
 */
const NESTED = [
  'cause',
  // TypeORM
  'driverError',
  // Sequelize, Slack
  'original',
  'parent',
  // mssql, graphql, node-redis
  'originalError',
  // The AI SDK
  'lastError',
  // RpcException, gaxios, the body of OpenAI
  'error',
  // A connection error of Stripe
  'detail',
  // A CastError of mongoose
  'reason',
  // Prisma 7
  'meta.driverAdapterError.cause',
] as const;

/**
 * The error and what it wraps, outermost first; empty for a value that is not an object. A chain may contain a cycle.
 */
export function chainOf(thrown: unknown, path = 'error'): readonly ErrorLink[] {
  const links: ErrorLink[] = [];
  const seen = new Set<unknown>();
  let level: Array<[unknown, string]> = [[thrown, path]];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: Array<[unknown, string]> = [];
    for (const [value, where] of level) {
      if (!isObject(value) || seen.has(value) || links.length === MAX_LINKS) continue;
      seen.add(value);
      const link = new ErrorLink(value, where);
      links.push(link);
      for (const key of NESTED) next.push([link.get(key), `${where}.${key}`]);
    }
    level = next;
  }
  return links;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
