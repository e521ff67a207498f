import type { AdmissionOptions } from '../durable-execution.options.js';
import { WatchedRequest } from './saved-request.js';

/** What the first invocation keeps of a request for all others. */
export interface KeptRequest {
  /** @returns `undefined` when there is nothing to save */
  save(): unknown;
  /** Replaces on the request what guards have done now by what was saved. */
  restore(saved: unknown): unknown;
  /** The same for guards that come after one that refuses now. */
  restoreMissing(saved: unknown): unknown;
}

export interface GivenRequest {
  request: object | undefined;
  /** Otherwise it is the input of a direct call. */
  isHttp: boolean;
  /** What `switchToDurable()` returns. */
  call: object;
  /** @defaultValue what guards did to the request is saved as data */
  options: AdmissionOptions | false | undefined;
}

/** By default what guards have done to the request, as data; otherwise what the application has selected. */
export function keptRequest({ request, isHttp, call, options }: GivenRequest): KeptRequest | undefined {
  if (options === false) return undefined;
  if (options && 'save' in options) {
    if (!request) return undefined;
    const restore = (saved: unknown): unknown => options.restore(saved, request);
    return { save: () => options.save(request), restore, restoreMissing: restore };
  }
  const watched = new WatchedRequest(request ?? {}, isHttp, call);
  return {
    save: () => watched.changes(),
    restore: (saved) => watched.restore(saved ?? undefined),
    restoreMissing: (saved) => watched.restoreMissing(saved ?? undefined),
  };
}
