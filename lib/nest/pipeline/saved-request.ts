import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { savedRequestTooLarge } from './execution.messages.js';
import type { SavedMembers } from './saved-members.js';
import { Watched } from './watched.js';

const MAX_BYTES = 32 * 1024;

/** What guards have done to a request, as it is saved at admission. */
export interface SavedRequest extends SavedMembers {
  /** The same of what `switchToDurable()` returns. */
  call?: SavedMembers;
}

/**
 * Watches what guards do to a request: to its members, to `res.locals`, and to the contents of its headers, body,
 * session and plain objects, at any depth. On a direct call the request is the input; a guard may also write to what
 * `switchToDurable()` returns, because it is the `REQUEST` of providers then.
 *
 * When they have ended, their live changes are replaced by the saved form of these changes. This happens in the first
 * invocation as in every other: the handler sees the same on day three as on day one.
 */
export class WatchedRequest {
  readonly #request: Watched;
  readonly #call: Watched;

  /**
   * @param isHttp - otherwise it is the input of a direct call, of which every member is data
   * @param call - what `switchToDurable()` returns
   */
  constructor(request: object, isHttp: boolean, call: object = {}) {
    this.#request = Watched.ofRequest(request, isHttp);
    this.#call = Watched.ofRequest(call, false);
  }

  /**
   * What must be saved; `undefined` when the guards have done nothing.
   * @throws {DurableConfigurationError} when it is too large
   */
  async changes(): Promise<SavedRequest | undefined> {
    const members = await this.#request.changes();
    const call = await this.#call.changes();
    const saved = call ? { ...members, call } : members;
    const bytes = Buffer.byteLength(JSON.stringify(saved) ?? '');
    const sizes = () => [...sizesOf(members), ...sizesOf(call)];
    if (bytes > MAX_BYTES) throw new DurableConfigurationError(savedRequestTooLarge(bytes, MAX_BYTES, sizes()));
    return saved;
  }

  restore(saved?: SavedRequest): void {
    this.#request.restore(saved);
    this.#call.restore(saved?.call);
  }

  /** Restores what no guard has changed today. */
  restoreMissing(saved?: SavedRequest): void {
    this.#request.restoreMissing(saved);
    this.#call.restoreMissing(saved?.call);
  }
}

/** The sizes of the members, for the message. */
function sizesOf({ data = {}, within = {} }: SavedMembers = {}): string[] {
  const own = Object.entries(data).map(([name, form]) => `${name}: ${Buffer.byteLength(JSON.stringify(form))} bytes`);
  return [
    ...own,
    ...Object.entries(within).flatMap(([name, saved]) => sizesOf(saved).map((text) => `${name}.${text}`)),
  ];
}
