import type { ServerResponse } from 'node:http';
import { nodeModule } from '../../../node-module.js';
import { nextTick } from '../../../process-state.js';
import { memberOf } from '../../../wire/thrown.js';
import { responseDestroyed } from './http.messages.js';
import type { BridgedRequest } from './server-request.js';
import { standIn } from './stand-in-socket.js';

const HEADER_END = '\r\n\r\n';

/** Node's own value: a higher mark would make streams hold more of the body than they need. */
const HIGH_WATER_MARK = 16 * 1024;

/**
 * Makes a response of serverless-express look like one of a server: bytes are unchanged, headers are kept however they
 * are set, streams flow, and it finishes and closes when and in the order in which a server's response does.
 * @param destroyed - called when the application destroys the response: it will not end then
 */
export function dressResponse(
  response: ServerResponse,
  request: BridgedRequest,
  destroyed: (error: Error) => void,
): WrittenResponse {
  const body = new WrittenBody();
  standIn(response.socket ?? {}, {
    destroy: (reason?: Error | null) => destroyed(failureOf(reason)),
    write: (...args: WriteArguments) => body.write(...args),
    writableLength: 0,
    writableHighWaterMark: HIGH_WATER_MARK,
  });
  const nothing = (): void => undefined;
  const interim = { writeContinue: nothing, writeEarlyHints: nothing, writeProcessing: nothing };
  Object.assign(response, { ...headMethods(), ...interim, req: request });
  keepHeaders(response);
  // The events of Lambda contain the whole body, so it is never sent in chunks.
  Object.defineProperty(response, 'chunkedEncoding', { get: () => false, set: nothing });
  const closed = new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.once('finish', () => closeBoth(response, request));
  });
  return { body, closed };
}

/** Why there is no response: with what the application has destroyed it, unless that says no more than its end. */
function failureOf(reason: Error | null | undefined): Error {
  // A callback of Node receives null for no error.
  const isReason = reason && memberOf(reason, 'code') !== 'ERR_STREAM_PREMATURE_CLOSE';
  return isReason ? reason : new Error(responseDestroyed(), { cause: reason ?? undefined });
}

type SetHeader = (this: ServerResponse, name: string, value: never) => ServerResponse;

/** Node's own, without trailers: they are sent only behind chunks, and Node throws where there are none. */
function headMethods(): object {
  const { appendHeader, setHeader, writeHead } = nodeModule('node:http').ServerResponse.prototype;
  const unlessTrailer = (set: SetHeader): SetHeader =>
    function (name, value) {
      return /^trailer$/i.test(name) ? this : set.call(this, name, value);
    };
  return { appendHeader: unlessTrailer(appendHeader), setHeader: unlessTrailer(setHeader), writeHead };
}

export interface WrittenResponse {
  body: WrittenBody;
  /** Resolves when the listeners for the end of the response were called: Lambda may freeze the process afterwards. */
  closed: Promise<void>;
}

type Written = (error?: Error) => void;
type WriteArguments = [data: string | Uint8Array, encoding?: BufferEncoding | Written, written?: Written];

const STATUS_LINE = /^HTTP\/[\d.]+ (\d{3})/;

/** The bytes that were written to a connection, without the head. */
export class WrittenBody {
  /** The status that was sent: another one that is set later has no effect. `undefined` until the head is written. */
  statusCode: number | undefined;
  readonly #chunks: Buffer[] = [];
  #isHeadWritten = false;

  write(data: string | Uint8Array, encoding?: BufferEncoding | Written, written?: Written): boolean {
    const chunk = typeof data === 'string' ? Buffer.from(data, encodingOf(encoding)) : Buffer.from(data);
    this.#chunks.push(this.#isHeadWritten ? chunk : this.#withoutHead(chunk));
    const done = typeof encoding === 'function' ? encoding : written;
    // Not synchronously: the response has not ended yet when its last write has.
    if (done) nextTick(done);
    return true;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Node writes the whole head, alone or before the first bytes of the body. */
  #withoutHead(chunk: Buffer): Buffer {
    const end = chunk.indexOf(HEADER_END);
    if (end < 0) return Buffer.alloc(0);
    this.#isHeadWritten = true;
    const status = STATUS_LINE.exec(chunk.toString('latin1', 0, 20))?.[1];
    if (status) this.statusCode = Number(status);
    return chunk.subarray(end + HEADER_END.length);
  }
}

function encodingOf(encoding: BufferEncoding | Written | undefined): BufferEncoding | undefined {
  return typeof encoding === 'string' ? encoding : undefined;
}

/** Headers that are only passed with the status must not be readable afterwards, unless there was one before. */
function keepHeaders(response: ServerResponse): void {
  response.setHeader('x-first', '');
  response.removeHeader('x-first');
}

/** Discards the unread rest of the request, and closes both. */
function closeBoth(response: ServerResponse, request: BridgedRequest): void {
  nextTick(() => {
    response.destroyed = true;
    response.emit('close');
    if (!request.readableEnded) request.resume();
  });
}
