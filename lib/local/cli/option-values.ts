import { readFileSync } from 'node:fs';
import { decodedText } from '../decoded-text.js';
import { usageError } from './cli-error.js';
import type { OptionValues } from './command.js';

export function textOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function textOptions(values: OptionValues, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function flagOption(values: OptionValues, name: string): boolean | undefined {
  const value = values[name];
  return typeof value === 'boolean' ? value : undefined;
}

/** @throws {CliError} unless it is a whole number in the range */
export function integerOption(
  values: OptionValues,
  name: string,
  range: { min: number; max: number },
): number | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
  throw usageError(`--${name} must be a whole number from ${range.min} to ${range.max}, not ${JSON.stringify(text)}.`);
}

/** @throws {CliError} unless it is a number above 0 */
export function positiveOption(values: OptionValues, name: string): number | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw usageError(`--${name} must be a number greater than 0, not ${JSON.stringify(text)}.`);
}

/**
 * Text on the command line, or the content of a file that `@path` names.
 *
 * @throws {CliError} when the file cannot be read
 */
export function contentOption(values: OptionValues, name: string): string | undefined {
  const given = textOption(values, name);
  if (!given?.startsWith('@')) return given;
  try {
    return decodedText(readFileSync(given.slice(1)));
  } catch (error) {
    throw usageError(`--${name} names a file that cannot be read: ${(error as Error).message}.`);
  }
}

/**
 * The same, if it is JSON; as text, because it is sent as it was written.
 *
 * @throws {CliError} when it is not JSON
 */
export function jsonOption(values: OptionValues, name: string): string | undefined {
  const text = contentOption(values, name);
  try {
    if (text !== undefined) JSON.parse(text);
    return text;
  } catch (error) {
    throw usageError(`--${name} is not JSON: ${(error as Error).message}. Text needs its own quotes: '"text"'.`);
  }
}
