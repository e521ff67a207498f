import { errorOfShape } from '../testing-fixtures/error-of-shape.js';
import { LIBRARY_ERRORS } from '../testing-fixtures/library-errors.js';
import { ROW_EXAMPLES } from '../testing-fixtures/row-examples.js';
import { explain } from '../explain.js';
import { BUILT_IN_RULES } from './table.js';

const minified = LIBRARY_ERRORS.filter(({ library }) => /ioredis|slack|nestjs|typeorm|mikro/.test(library));

const examples = Object.entries(ROW_EXAMPLES).flatMap(([id, shapes]) =>
  shapes.map((shape, at) => ({ id, at: at + 1, shape })),
);

describe('the built-in table', () => {
  it('has an example of every row, and no other', () => {
    expect(Object.keys(ROW_EXAMPLES).toSorted()).toEqual(BUILT_IN_RULES.map(({ id }) => id).toSorted());
  });

  it('names every row once', () => {
    expect(new Set(BUILT_IN_RULES.map(({ id }) => id)).size).toBe(BUILT_IN_RULES.length);
  });

  it.each(examples)('judges by $id, example $at', ({ id, shape }) => {
    const { verdict, maxAttempts } = BUILT_IN_RULES.find((rule) => rule.id === id)!;

    expect(explain(errorOfShape(shape))).toMatchObject({ rule: id, verdict, ...(maxAttempts && { maxAttempts }) });
  });

  it.each(LIBRARY_ERRORS)('judges what was seen of $library as $expect: $id', ({ expect: verdict, shape }) => {
    expect(explain(errorOfShape(shape)).verdict).toBe(verdict);
  });

  it.each(minified)('judges $id as $expect when a minifier has renamed its class', ({ expect: verdict, shape }) => {
    expect(explain(errorOfShape({ ...shape, name: 'a' })).verdict).toBe(verdict);
  });
});
