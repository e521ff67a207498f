import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { savedRequestTooLarge } from '../execution.messages.js';
import { type SavedMembers, Watched } from './watched.js';

const MAX_BYTES = 32 * 1024;

/**
 * Watches what guards do to a request: to its members, to `res.locals`, and to the contents of its headers, body,
 * session and plain objects, at any depth.
 *
 * When they have ended, their live changes are replaced by the saved form of these changes. This happens in the first
 * invocation as in every other: the handler sees the same on day three as on day one.
 */
export class WatchedRequest extends Watched {
  /** @param isHttp - otherwise it is the input of a direct call, of which every member is data */
  constructor(request: object, isHttp: boolean) {
    super(request as Record<string, unknown>, isHttp ? 0 : 1);
  }

  /**
   * What must be saved; `undefined` when the guards have done nothing.
   * @throws {DurableConfigurationError} when it is too large
   */
  override async changes(): Promise<SavedMembers | undefined> {
    const saved = await super.changes();
    const bytes = Buffer.byteLength(JSON.stringify(saved) ?? '');
    if (bytes > MAX_BYTES) throw new DurableConfigurationError(savedRequestTooLarge(bytes, MAX_BYTES, sizesOf(saved)));
    return saved;
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
