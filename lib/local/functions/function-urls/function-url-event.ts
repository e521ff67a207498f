/** An HTTP request to the URL of a function. */
export interface FunctionUrlRequest {
  method: string;
  /** The path as sent, still percent-encoded, without the part that addresses the function. */
  rawPath: string;
  /** As sent, without the question mark. */
  rawQueryString: string;
  /** Names and values alternately, as in `http.IncomingMessage.rawHeaders`. */
  rawHeaders: readonly string[];
  body: Buffer;
  sourceIp: string;
  /** Such as `HTTP/1.1`. */
  protocol: string;
  requestId: string;
  /** When the request arrived, milliseconds since the epoch. */
  receivedAtMs: number;
}

/** The function's event for it: payload format 2.0 of API Gateway, as Lambda's function URLs send it. */
export interface FunctionUrlEvent {
  version: '2.0';
  routeKey: '$default';
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  headers: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  requestContext: {
    accountId: 'anonymous';
    apiId: string;
    domainName: string;
    domainPrefix: string;
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
    requestId: string;
    routeKey: '$default';
    stage: '$default';
    time: string;
    timeEpoch: number;
  };
  body?: string;
  isBase64Encoded: boolean;
}

/** Headers of one connection, not of the request that the function sees (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
/** Content types that arrive as text; everything else, forms included, arrives as base64. */
const TEXT_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)\b|application\/javascript\b)/i;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Turns a request into an event; duplicate headers and query parameters are joined with commas, cookies listed. */
export function toFunctionUrlEvent(request: FunctionUrlRequest): FunctionUrlEvent {
  const headers = joinedHeaders(request);
  const cookies = headers.cookie?.split(';').map((cookie) => cookie.trim());
  const queryStringParameters = joinedParameters(request.rawQueryString);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: request.rawPath,
    rawQueryString: request.rawQueryString,
    ...(cookies && { cookies }),
    headers,
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: requestContext(request, headers),
    ...encodedBody(request.body, headers['content-type']),
  };
}

function requestContext(
  request: FunctionUrlRequest,
  headers: Record<string, string>,
): FunctionUrlEvent['requestContext'] {
  const { method, rawPath, protocol, sourceIp, requestId, receivedAtMs } = request;
  const domainName = headers.host ?? 'localhost';
  const domainPrefix = domainName.replace(/[.:].*$/, '');
  return {
    accountId: 'anonymous',
    apiId: domainPrefix,
    domainName,
    domainPrefix,
    http: { method, path: rawPath, protocol, sourceIp, userAgent: headers['user-agent'] ?? '' },
    requestId,
    routeKey: '$default',
    stage: '$default',
    time: commonLogTime(receivedAtMs),
    timeEpoch: receivedAtMs,
  };
}

function joinedHeaders({ rawHeaders, body, sourceIp }: FunctionUrlRequest): Record<string, string> {
  // A null prototype: header names are external input, and may be `__proto__`.
  const headers = Object.create(null) as Record<string, string>;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    const value = String(rawHeaders[index + 1]);
    if (HOP_BY_HOP.has(name)) continue;
    const separator = name === 'cookie' ? '; ' : ',';
    headers[name] = headers[name] === undefined ? value : `${headers[name]}${separator}${value}`;
  }
  if (body.length > 0) headers['content-length'] = String(body.length);
  headers['x-forwarded-for'] ??= sourceIp;
  headers['x-forwarded-proto'] ??= 'http';
  return headers;
}

function joinedParameters(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined;
  const parameters = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
}

function encodedBody(body: Buffer, contentType = ''): Pick<FunctionUrlEvent, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) return { isBase64Encoded: false };
  const text = TEXT_TYPE.test(contentType) ? asUtf8(body) : undefined;
  return text === undefined
    ? { body: body.toString('base64'), isBase64Encoded: true }
    : { body: text, isBase64Encoded: false };
}

/** A body that claims to be text but is not UTF-8 would be damaged by decoding it. */
function asUtf8(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** As in `31/Jan/2026:05:48:20 +0000`. */
function commonLogTime(epochMs: number): string {
  const [date = '', time = ''] = new Date(epochMs).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}
