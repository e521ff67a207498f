import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

const PERMANENT = ['ConfigurationError', 'RequestAbortedError', 'SerializationError'];
const UNANSWERED = ['ConnectionError', 'DeserializationError'];

/** Elasticsearch and OpenSearch, whose responses are classified by `meta.statusCode`. */
export const searchRules: readonly BuiltInRule[] = [
  {
    id: 'elasticsearch-refused',
    verdict: 'permanent',
    when: 'Elasticsearch: aborted, or a request that could not be written',
    matches: (error) => isClient(error) && error.nameIs(...PERMANENT),
  },
];

export const searchFallbacks: readonly BuiltInRule[] = [
  {
    id: 'elasticsearch-no-connection',
    verdict: 'transient',
    when: 'Elasticsearch: NoLivingConnectionsError, no node was left to send it to',
    matches: (error) => isClient(error) && error.name === 'NoLivingConnectionsError',
  },
  {
    id: 'elasticsearch-unanswered',
    verdict: 'ambiguous',
    when: 'Elasticsearch: ConnectionError whose message does not say that no connection was made',
    matches: (error) => isClient(error) && error.nameIs(...UNANSWERED),
  },
];

function isClient(error: ErrorLink): boolean {
  return error.isObject('meta') || error.isObject('options');
}
