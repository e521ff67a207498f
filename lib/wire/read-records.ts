import type { Operation } from './operation.js';
import { unreadable } from './unreadable-answer.js';

/**
 * Reads a list of operations. Types, statuses and subtypes are open text: the service may know more than this package
 * does. Optional members may be null, and timestamps have any form.
 *
 * @param what - what the list belongs to, as the subject of a sentence
 * @throws {UnreadableAnswerError} when it is not a list, or a record lacks a required member or has one of a wrong type
 */
export function readRecords(list: unknown, what: string, path: string): readonly Operation[] {
  if (!Array.isArray(list)) throw unreadable(what, path, list);
  for (let at = 0; at < list.length; at += 1) {
    const record: unknown = list[at];
    if (!isObject(record)) throw unreadable(what, `${path}[${at}]`, record);
    const member = unreadableMember(record);
    if (member !== undefined) throw unreadable(what, `${path}[${at}].${member}`, valueAt(record, member));
  }
  return list as Operation[];
}

/** Reads a marker: the last page has none, null, or an empty one. */
export function readMarker(marker: unknown, what: string, path: string): string | undefined {
  if (isNone(marker) || marker === '') return undefined;
  if (typeof marker !== 'string') throw unreadable(what, path, marker);
  return marker;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNone(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

type Members<T> = { readonly [M in keyof T]?: unknown };

/** The path of the first unreadable member. Written out, because a replay reads every record of an execution. */
function unreadableMember(record: Members<Operation>): string | undefined {
  if (!isFilled(record.Id)) return 'Id';
  if (!isFilled(record.Type)) return 'Type';
  if (!isFilled(record.Status)) return 'Status';
  if (!isTextOrNone(record.ParentId)) return 'ParentId';
  if (!isTextOrNone(record.Name)) return 'Name';
  if (!isTextOrNone(record.SubType)) return 'SubType';
  return unreadableDetails(record);
}

function unreadableDetails(record: Members<Operation>): string | undefined {
  return (
    unreadableIn('StepDetails', record.StepDetails) ??
    unreadableIn('ContextDetails', record.ContextDetails) ??
    unreadableIn('WaitDetails', record.WaitDetails) ??
    unreadableIn('CallbackDetails', record.CallbackDetails) ??
    unreadableIn('ChainedInvokeDetails', record.ChainedInvokeDetails) ??
    unreadableIn('ExecutionDetails', record.ExecutionDetails)
  );
}

interface AnyDetails {
  Attempt?: unknown;
  CallbackId?: unknown;
  Error?: unknown;
  InputPayload?: unknown;
  ReplayChildren?: unknown;
  Result?: unknown;
}

function unreadableIn(member: string, details: unknown): string | undefined {
  if (isNone(details)) return undefined;
  if (!isObject(details)) return member;
  const { Attempt, CallbackId, Error, InputPayload, ReplayChildren, Result }: AnyDetails = details;
  if (!isTextOrNone(Result)) return `${member}.Result`;
  if (!isNone(Error) && !isErrorObject(Error)) return `${member}.Error`;
  if (!isNone(Attempt) && !isCount(Attempt)) return `${member}.Attempt`;
  if (!isNone(ReplayChildren) && typeof ReplayChildren !== 'boolean') return `${member}.ReplayChildren`;
  if (!isTextOrNone(CallbackId)) return `${member}.CallbackId`;
  return isTextOrNone(InputPayload) ? undefined : `${member}.InputPayload`;
}

function isErrorObject(error: unknown): boolean {
  if (!isObject(error)) return false;
  const { ErrorMessage, ErrorType, ErrorData, StackTrace } = error;
  return (
    isTextOrNone(ErrorMessage) &&
    isTextOrNone(ErrorType) &&
    isTextOrNone(ErrorData) &&
    (isNone(StackTrace) || (Array.isArray(StackTrace) && StackTrace.every((line) => typeof line === 'string')))
  );
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string' || value === null;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function valueAt(record: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, member) => (value as Record<string, unknown>)[member], record);
}
