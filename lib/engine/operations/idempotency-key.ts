import { nodeModule } from '../../node-module.js';

const { createHash } = nodeModule('node:crypto');

/** The namespace of this package's keys: no other namespace produces the same keys. */
const NAMESPACE = Buffer.from('3f1c0b7a5d2e4c6f8a9b1d3e5f708192', 'hex');

/**
 * A key by which an outside service recognises a repeated request: the same in every invocation, and different in every
 * other operation of any execution. It is a UUID of version 5 (RFC 9562), because some gateways accept nothing else: 36
 * characters, safe in URLs and headers. The ARN cannot be read from it.
 *
 * @param parts - the ARN of the execution, the id of the operation, and the attempt for a key of one attempt
 */
export function idempotencyKey(...parts: ReadonlyArray<string | number>): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(parts.join(' ')).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
