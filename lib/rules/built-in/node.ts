import type { BuiltInRule } from '../built-in-rule.js';
import { messageStarts } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

const UNANSWERED = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_SOCKET_CLOSED',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_INFO',
]);
const BUSY = ['EMFILE', 'ENFILE', 'ENOSPC', 'EBUSY', 'EAGAIN'];
const FILES = [
  'ENOENT',
  'EACCES',
  'EPERM',
  'EISDIR',
  'ENOTDIR',
  'EEXIST',
  'ENOTEMPTY',
  'EROFS',
  'ENAMETOOLONG',
  'ELOOP',
];
const CERTIFICATE =
  /^(EPROTO|CERT_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|HOSTNAME_MISMATCH|ERR_TLS_\w+|ERR_SSL_\w+)$/;
const MISUSE =
  /^(ERR_(INVALID|OUT_OF_RANGE|ASSERTION|MISSING|UNKNOWN|UNSUPPORTED|MODULE_NOT_FOUND|UNESCAPED|HTTP_|CRYPTO_|OSSL_|ENCODING_|BUFFER_|METHOD_NOT|UNHANDLED)\w*|MODULE_NOT_FOUND)$/;
const UNDICI = /^UND_ERR_\w+$/;
const BUGS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'URIError', 'EvalError', 'DataCloneError'];

/** Codes of Node and of undici, and names of the platform. */
export const nodeRules: readonly BuiltInRule[] = [
  {
    id: 'node-unanswered',
    verdict: 'ambiguous',
    when: 'ECONNRESET, EPIPE, ETIMEDOUT, UND_ERR_SOCKET, UND_ERR_HEADERS_TIMEOUT, HPE_*, HTTPParserError, HTTP/2 errors: it was sent',
    // The parser of undici gives its errors no code on Node 24.
    matches: ({ code, name }) => UNANSWERED.has(code) || /^(HPE_|ERR_HTTP2_)/.test(code) || name === 'HTTPParserError',
  },
  {
    id: 'node-certificate',
    verdict: 'permanent',
    when: 'TLS: a certificate that is not trusted, or a port that speaks no TLS (EPROTO)',
    matches: ({ code }) => CERTIFICATE.test(code),
  },
  {
    id: 'node-busy',
    verdict: 'transient',
    when: 'EMFILE, ENFILE, ENOSPC, EBUSY, EAGAIN',
    matches: (error) => error.codeIs(...BUSY),
  },
  {
    id: 'node-file',
    verdict: 'permanent',
    when: 'ENOENT, EACCES, EPERM, EISDIR, EROFS and other refusals of the file system',
    matches: (error) => error.codeIs(...FILES),
  },
  {
    id: 'node-process-timeout',
    verdict: 'ambiguous',
    when: 'A child process was killed, such as by the timeout of `execFile`',
    matches: (error) => error.get('killed') === true && error.has('cmd'),
  },
  {
    id: 'timeout',
    verdict: 'ambiguous',
    when: 'TimeoutError of `AbortSignal.timeout`, ky, rxjs, Elasticsearch, AWS, or an abort for that reason',
    matches: (error) => error.name === 'TimeoutError' || isAbortByTimeout(error),
  },
  {
    id: 'aborted',
    verdict: 'permanent',
    when: 'AbortError, ABORT_ERR, ERR_CANCELED: aborted by the application',
    matches: (error) =>
      error.name === 'AbortError' ||
      error.text('type') === 'aborted' ||
      error.codeIs('ABORT_ERR', 'ERR_CANCELED', 'UND_ERR_ABORTED', 'ERR_ABORTED'),
  },
  {
    id: 'node-misuse',
    verdict: 'permanent',
    when: 'ERR_INVALID_URL, ERR_INVALID_ARG_TYPE, ERR_ASSERTION, ERR_MODULE_NOT_FOUND, ERR_HTTP_*, ERR_CRYPTO_*, other UND_ERR_*: a bug or a wrong setting',
    matches: ({ code }) => MISUSE.test(code) || UNDICI.test(code),
  },
];

/** Texts that carry the only code there is. */
export const nodeMessages: readonly BuiltInRule[] = [
  {
    id: 'connect-message',
    verdict: 'transient',
    when: 'No connection was made, and only the message says so: `connect ECONNREFUSED`, `getaddrinfo EAI_AGAIN`',
    matches: (error) => /^(connect|getaddrinfo|queryA) E[A-Z_]+/.test(error.message),
  },
  {
    id: 'socket-message',
    verdict: 'ambiguous',
    when: 'The socket closed, and only the message says so: `socket hang up`, `read ECONNRESET`',
    matches: (error) =>
      error.message === 'aborted' ||
      messageStarts(error, 'socket hang up', 'read ECONNRESET', 'write EPIPE', 'other side closed'),
  },
];

/** Last of all, since `fetch failed` is a TypeError too. */
export const languageRules: readonly BuiltInRule[] = [
  {
    id: 'bug',
    verdict: 'permanent',
    when: 'TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError, DataCloneError: a bug, which a deployment may fix between two attempts, so the retry strategy decides',
    asksStrategy: true,
    matches: (error) => error.nameIs(...BUGS),
  },
];

/** Node's own ABORT_ERR tells of waiting in this process, so that what was aborted counts as aborted. */
function isAbortByTimeout(error: ErrorLink): boolean {
  if (error.name !== 'AbortError' || error.code === 'ABORT_ERR') return false;
  return [error.text('cause.name'), error.text('signal.reason.name')].includes('TimeoutError');
}
