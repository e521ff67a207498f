import type { Operation } from '../../wire/operation.js';
import type { ExecutionState, OperationRecord } from './execution-state.js';
import { invalidParameter } from './service-error.js';

export interface StatePage {
  records: readonly OperationRecord[];
  /** Absent at the end. */
  nextMarker?: string | undefined;
}

/** A rough size of a serialized operation, without serializing it. */
const OPERATION_OVERHEAD_BYTES = 300;

/** Operations from a position on, without those below completed contexts (docs/protocol.md#finished-contexts). */
export function statePage(state: ExecutionState, from: number, limits: { items: number; bytes: number }): StatePage {
  const records: OperationRecord[] = [];
  let bytes = 0;
  for (let index = from; index < state.order.length; index += 1) {
    const id = state.order[index] as string;
    if (state.pruned.has(id)) continue;
    const record = state.operations.get(id) as OperationRecord;
    bytes += roughBytes(record.operation);
    if (records.length >= limits.items || (bytes > limits.bytes && records.length > 0))
      return { records, nextMarker: markerOf(index) };
    records.push(record);
  }
  return { records };
}

export function takePage(
  records: readonly OperationRecord[],
  items: number,
  bytes: number,
): { records: readonly OperationRecord[]; rest: readonly OperationRecord[] } {
  let taken = 0;
  let size = 0;
  for (const { operation } of records) {
    size += roughBytes(operation);
    if (taken >= items || (size > bytes && taken > 0)) break;
    taken += 1;
  }
  return { records: records.slice(0, taken), rest: records.slice(taken) };
}

/** A position in a list as an opaque text. */
export function markerOf(place: number): string {
  return Buffer.from(`m:${place}`).toString('base64');
}

/** @throws {ServiceError} for a marker that this service did not create */
export function placeOf(marker: string | undefined): number | undefined {
  if (!marker) return undefined;
  const match = /^m:(\d{1,15})$/.exec(Buffer.from(marker, 'base64').toString());
  if (!match) throw invalidParameter('Invalid Marker');
  return Number(match[1]);
}

function roughBytes(operation: Operation): number {
  const details =
    operation.StepDetails ?? operation.ContextDetails ?? operation.CallbackDetails ?? operation.ChainedInvokeDetails;
  const input = operation.ExecutionDetails?.InputPayload?.length ?? 0;
  const error = details?.Error === undefined ? 0 : JSON.stringify(details.Error).length;
  return OPERATION_OVERHEAD_BYTES + input + (details?.Result?.length ?? 0) + error;
}
