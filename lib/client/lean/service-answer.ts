import type { IncomingHttpHeaders } from 'node:http';
import { bareName } from '../../wire/error-name.js';
import { asRecord } from '../../wire/thrown.js';
import type { HttpAnswer } from './http-exchange.js';
import { parsedJson } from '../../wire/parsed-json.js';

/** A refusal or a failure of the service, in the AWS client's own shape. */
export class ServiceAnswerError extends Error {
  readonly $fault: 'client' | 'server';
  readonly $metadata: { httpStatusCode: number; requestId?: string; clockSkewCorrected?: boolean };
  /** Not enumerable: it would fill the log. */
  declare readonly $response: { statusCode: number; headers: IncomingHttpHeaders };

  constructor({ status, headers, text }: HttpAnswer) {
    const json = parsedJson(text);
    const body = asRecord(json);
    const isForeign = text !== '' && json === undefined;
    super(isForeign ? excerptOf(text) : (stringOf(body.message, body.Message) ?? 'UnknownError'));
    this.name = bareName(stringOf(headers['x-amzn-errortype'], ...namesIn(body)) ?? 'Unknown');
    this.$fault = status >= 500 ? 'server' : 'client';
    this.$metadata = metadataOf({ status, headers });
    Object.defineProperty(this, '$response', { value: { statusCode: status, headers } });
  }
}

/**
 * Parses the JSON of a response, whatever it contains.
 * @returns an empty object for a response without a body, as the AWS client does
 * @throws {ServiceAnswerError} @throws {SyntaxError} for a response that is truncated or garbled
 */
export function readAnswer(answer: HttpAnswer): unknown {
  if (answer.status >= 300) throw new ServiceAnswerError(answer);
  if (answer.text === '') return {};
  try {
    return JSON.parse(answer.text);
  } catch (error) {
    throw Object.assign(error as SyntaxError, { $metadata: metadataOf(answer) });
  }
}

function metadataOf({ status, headers }: Pick<HttpAnswer, 'status' | 'headers'>) {
  const requestId = stringOf(headers['x-amzn-requestid'], headers['x-amz-request-id']);
  return { httpStatusCode: status, ...(requestId && { requestId }) };
}

/** Front ends of AWS put the name in different places. */
function namesIn(body: Readonly<Record<string, unknown>>): unknown[] {
  return [body.code, body.Code, body.__type, asRecord(body.Error).Code];
}

/** A proxy between the client and the service may respond in HTML. */
function excerptOf(text: string): string {
  return `The answer is not from Lambda: ${text.slice(0, 200)}`;
}

function stringOf(...candidates: unknown[]): string | undefined {
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '');
}
