import { readFileSync } from 'node:fs';
import * as engine from 'nestjs-durable-execution/engine';
import * as local from 'nestjs-durable-execution/local';
import * as root from 'nestjs-durable-execution';
import { CONTROL_REMEDIES } from '../lib/client/control-failure.js';
import { BUILT_IN_RULES } from '../lib/rules/built-in/table.js';
import { API_ERROR_RULES } from '../lib/wire/classify-api-error.js';
import { INVOKE_FAILURES } from '../lib/wire/invoke-failures.js';

type ErrorClass = abstract new (...parts: never[]) => Error;

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

/** The rows of the tables whose first column has this heading, each as its cells without back-ticks. */
function rowsUnder(heading: string): string[][] {
  const tables = page.split('\n\n').filter((block) => new RegExp(`^\\| ${heading} +\\|`).test(block));
  return tables.flatMap((table) => table.split('\n').slice(2).filter(Boolean).map(cellsOf));
}

const cellsOf = (row: string) =>
  row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'));

const isErrorClass = (value: unknown): value is ErrorClass =>
  typeof value === 'function' && value.prototype instanceof Error;

const exportedErrors = Object.entries<unknown>({ ...root, ...engine, ...local }).filter(
  (entry): entry is [string, ErrorClass] => isErrorClass(entry[1]),
);
/** Set on the prototype; the errors that carry AWS's code instead set it for each failure. */
const codeOf = (errorClass: ErrorClass) => (errorClass.prototype as { code?: unknown }).code;

describe('docs/errors.md', () => {
  it('lists every rule of the classification table in its order, with its scope', () => {
    const listed = rowsUnder('Rule').map(([rule, scope]) => [rule, scope]);

    expect(listed).toEqual(API_ERROR_RULES.map(({ id, category }) => [id, category]));
  });

  it('lists every built-in rule in its order, with its verdict and what it looks for', () => {
    const listed = rowsUnder('Built-in rule').map(([rule, verdict, when]) => [
      rule,
      verdict,
      when?.replaceAll(/\s+/g, ' '),
    ]);

    expect(listed).toEqual(
      BUILT_IN_RULES.map(({ id, verdict, when, maxAttempts }) => [
        id,
        maxAttempts === undefined ? verdict : `${verdict}, ${maxAttempts} attempts`,
        when,
      ]),
    );
  });

  it('lists every remedy of the control client', () => {
    expect(rowsUnder('Remedy').map(([remedy]) => remedy)).toEqual(CONTROL_REMEDIES.map(({ id }) => id));
  });

  it('lists every error of Invoke with its flag, a cause and its remedy', () => {
    expect(rowsUnder('Error of Invoke')).toEqual(
      [...INVOKE_FAILURES].map(([name, { retryable, remedy }]) => [
        name,
        String(retryable),
        expect.stringMatching(/^[A-Z].+\.$/),
        remedy,
      ]),
    );
  });

  it('lists every exported error class, and no other', () => {
    const listed = rowsUnder('Class').map(([name]) => name);

    expect(listed.toSorted()).toEqual(exportedErrors.map(([name]) => name).toSorted());
  });

  it.each(exportedErrors)('tells the code of %s', (name, errorClass) => {
    const [, code] = rowsUnder('Class').find(([listed]) => listed === name) ?? [];
    const ownCode = ["AWS's error name", 'HTTP 501'].includes(code ?? '') ? code : codeOf(errorClass);

    expect(code).toBe(ownCode);
  });

  it('leaves no cell empty', () => {
    for (const row of [...rowsUnder('Rule'), ...rowsUnder('Remedy'), ...rowsUnder('Class')]) {
      expect(row.filter((cell) => cell === '')).toEqual([]);
    }
  });
});
