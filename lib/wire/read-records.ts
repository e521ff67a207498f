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

/*
 * A replay reads every record of an execution, so the checks below are written out instead of called. Where an optional
 * member may be null or absent, an empty value of its type stands in for it.
 */

/** The path of the first unreadable member. */
function unreadableMember(record: Members<Operation>): string | undefined {
  const { Id, Type, Status, ParentId, Name, SubType } = record;
  if (typeof Id !== 'string' || Id === '') return 'Id';
  if (typeof Type !== 'string' || Type === '') return 'Type';
  if (typeof Status !== 'string' || Status === '') return 'Status';
  if (typeof (ParentId ?? '') !== 'string') return 'ParentId';
  if (typeof (Name ?? '') !== 'string') return 'Name';
  if (typeof (SubType ?? '') !== 'string') return 'SubType';
  return unreadableDetails(record) || undefined;
}

function unreadableDetails(record: Members<Operation>): string | false | undefined {
  const { StepDetails, ContextDetails, WaitDetails, CallbackDetails, ChainedInvokeDetails, ExecutionDetails } = record;
  return (
    (StepDetails !== undefined && unreadableIn('StepDetails', StepDetails)) ||
    (ContextDetails !== undefined && unreadableIn('ContextDetails', ContextDetails)) ||
    (WaitDetails !== undefined && unreadableIn('WaitDetails', WaitDetails)) ||
    (CallbackDetails !== undefined && unreadableIn('CallbackDetails', CallbackDetails)) ||
    (ChainedInvokeDetails !== undefined && unreadableIn('ChainedInvokeDetails', ChainedInvokeDetails)) ||
    (ExecutionDetails !== undefined && unreadableIn('ExecutionDetails', ExecutionDetails))
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
  if (details === null) return undefined;
  if (!isObject(details)) return member;
  const { Attempt, CallbackId, Error, InputPayload, ReplayChildren, Result }: AnyDetails = details;
  if (typeof (Result ?? '') !== 'string') return `${member}.Result`;
  if (Error !== undefined && !isErrorObject(Error ?? {})) return `${member}.Error`;
  if (Attempt !== undefined && !isCount(Attempt ?? 0)) return `${member}.Attempt`;
  if (typeof (ReplayChildren ?? false) !== 'boolean') return `${member}.ReplayChildren`;
  if (typeof (CallbackId ?? '') !== 'string') return `${member}.CallbackId`;
  return typeof (InputPayload ?? '') === 'string' ? undefined : `${member}.InputPayload`;
}

function isErrorObject(error: unknown): boolean {
  if (!isObject(error)) return false;
  const { ErrorMessage, ErrorType, ErrorData, StackTrace } = error;
  return (
    typeof (ErrorMessage ?? '') === 'string' &&
    typeof (ErrorType ?? '') === 'string' &&
    typeof (ErrorData ?? '') === 'string' &&
    (isNone(StackTrace) || (Array.isArray(StackTrace) && StackTrace.every((line) => typeof line === 'string')))
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function valueAt(record: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, member) => (value as Record<string, unknown>)[member], record);
}
