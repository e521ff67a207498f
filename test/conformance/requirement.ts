import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { CallbackAction } from './callback-actions.js';
import type { HistoryEvent } from './match-history.js';
import type { ExpectedLog } from './match-logs.js';
import type { ExpectedResult } from './match-result.js';

/** One requirement, as its file states it. */
export interface Requirement {
  /** The file's name, such as `1-12`. */
  id: string;
  /** The file's folder, such as `wait_for_callback`. */
  suite: string;
  description: string;
  isAsync: boolean;
  input: unknown;
  variables: Record<string, unknown>;
  callbackActions: CallbackAction[];
  /** Absent: the requirement is met as soon as its history is. */
  expectedResult?: ExpectedResult;
  expectedHistory: HistoryEvent[];
  expectedLogs: ExpectedLog[];
}

interface RequirementFile {
  description?: string;
  Input?: unknown;
  AsyncInvoke?: boolean;
  Variables?: Record<string, unknown>;
  CallbackActions?: CallbackAction[];
  ExpectedResult?: ExpectedResult;
  ExpectedExecutionHistory?: HistoryEvent[];
  ExpectedLogs?: ExpectedLog[];
}

export function parseRequirement(path: string, text: string): Requirement {
  const file = parse(text) as RequirementFile;
  return {
    id: basename(path).replace(/\.ya?ml$/, ''),
    suite: basename(dirname(path)),
    description: file.description ?? '',
    isAsync: file.AsyncInvoke ?? false,
    input: file.Input ?? null,
    variables: file.Variables ?? {},
    callbackActions: file.CallbackActions ?? [],
    ...(file.ExpectedResult && { expectedResult: file.ExpectedResult }),
    expectedHistory: file.ExpectedExecutionHistory ?? [],
    expectedLogs: file.ExpectedLogs ?? [],
  };
}

/**
 * Reads the requirements below a folder, in the order of their numbers.
 *
 * @param selection ids and suites; none means all
 * @throws {Error} when the folder holds no requirement, or a selection names none
 */
export async function readRequirements(directory: string, selection: readonly string[] = []): Promise<Requirement[]> {
  const files = (await readdir(directory, { recursive: true })).filter((file) => /\.ya?ml$/.test(file));
  if (files.length === 0) throw new Error(`There is no requirement (*.yaml) below ${directory}.`);
  const all = await Promise.all(
    files.map(async (file) => parseRequirement(join(directory, file), await readFile(join(directory, file), 'utf8'))),
  );
  all.sort((left, right) => left.id.localeCompare(right.id, 'en', { numeric: true }));
  for (const name of selection) {
    if (!all.some((requirement) => isSelected(requirement, name)))
      throw new Error(`No requirement or suite is called ${name}.`);
  }
  return selection.length === 0 ? all : all.filter((one) => selection.some((name) => isSelected(one, name)));
}

const isSelected = ({ id, suite }: Requirement, name: string): boolean => id === name || suite === name;
