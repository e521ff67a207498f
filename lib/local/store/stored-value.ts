import { crc32 } from 'node:zlib';

const CHECKSUM_BYTES = 4;

/** A value that was read differs from what was written. */
export class DamagedValueError extends Error {
  override readonly name = 'DamagedValueError';
}

/** The stored form of a value: JSON after a checksum, which LMDB itself does not have. */
export function toStored(value: unknown): Buffer {
  const text = JSON.stringify(value);
  const stored = Buffer.allocUnsafe(CHECKSUM_BYTES + Buffer.byteLength(text));
  stored.write(text, CHECKSUM_BYTES);
  stored.writeUInt32LE(crc32(stored.subarray(CHECKSUM_BYTES)), 0);
  return stored;
}

/** @throws {DamagedValueError} */
export function fromStored(stored: Buffer): unknown {
  assertWhole(stored);
  return JSON.parse(stored.toString('utf8', CHECKSUM_BYTES));
}

/** @throws {DamagedValueError} */
export function assertWhole(stored: Buffer): void {
  const isWhole = stored.length > CHECKSUM_BYTES && stored.readUInt32LE(0) === crc32(stored.subarray(CHECKSUM_BYTES));
  if (!isWhole) throw new DamagedValueError('A value does not have the checksum with which it was written.');
}
