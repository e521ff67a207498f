import { invalidShape, unreadableBody } from './service-error.js';
import type { Shape } from './shapes.js';

/**
 * Checks a request against the API's model and copies it: only known members, `null` counted as absent.
 *
 * @throws {ServiceError} ValidationException naming every violation, or SerializationException for a wrong JSON type
 */
export function validateShape<T>(value: unknown, shape: Shape, name = ''): T {
  const violations: string[] = [];
  const copy = visit(value, { shape, path: name, violations });
  if (violations.length === 0) return copy as T;
  throw violated(violations);
}

/** The most violations in one response; a request with so many need not be checked to its end. */
const MOST_VIOLATIONS = 20;

function report(violations: string[], violation: string): void {
  violations.push(violation);
  if (violations.length >= MOST_VIOLATIONS) throw violated(violations);
}

function violated(violations: readonly string[]): Error {
  const count = violations.length;
  return invalidShape(`${count} validation error${count === 1 ? '' : 's'} detected: ${violations.join('; ')}`);
}

interface Visit<S = Shape> {
  shape: S;
  path: string;
  violations: string[];
}

function visit(value: unknown, { shape, path, violations }: Visit): unknown {
  switch (shape.type) {
    case 'string':
      return visitString(value, { shape, path, violations });
    case 'integer':
    case 'number':
      return visitNumber(value, { shape, path, violations });
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(value, 'Boolean');
      return value;
    case 'list':
      return visitList(value, { shape, path, violations });
    case 'structure':
      return visitStructure(value, { shape, path, violations });
    default:
      return shape satisfies never;
  }
}

function visitString(value: unknown, { shape, path, violations }: Visit<Extract<Shape, { type: 'string' }>>): string {
  if (typeof value !== 'string') throw wrongType(value, 'String');
  const { min = 0, max = Infinity, pattern, values } = shape;
  const shown = value.length > 1024 ? '' : `'${value}'`;
  const violate = (constraint: string) => report(violations, violationOf(shown || undefined, path, constraint));
  if (value.length < min) violate(`Member must have length greater than or equal to ${min}`);
  if (value.length > max) violate(`Member must have length less than or equal to ${max}`);
  if (pattern && !pattern.test(value)) violate(`Member must satisfy regular expression pattern: ${textOf(pattern)}`);
  if (values && !values.includes(value)) violate(`Member must satisfy enum value set: [${values.join(', ')}]`);
  return value;
}

function visitNumber(
  value: unknown,
  { shape, path, violations }: Visit<Extract<Shape, { type: 'integer' | 'number' }>>,
): number {
  const isRight = shape.type === 'integer' ? Number.isInteger(value) : Number.isFinite(value);
  if (typeof value !== 'number' || !isRight) throw wrongType(value, shape.type === 'integer' ? 'Integer' : 'Number');
  const { min = -Infinity, max = Infinity } = shape;
  if (value < min)
    report(violations, violationOf(`'${value}'`, path, `Member must have value greater than or equal to ${min}`));
  if (value > max)
    report(violations, violationOf(`'${value}'`, path, `Member must have value less than or equal to ${max}`));
  return value;
}

function visitList(value: unknown, { shape, path, violations }: Visit<Extract<Shape, { type: 'list' }>>): unknown[] {
  if (!Array.isArray(value)) throw wrongType(value, 'List');
  if (value.length > (shape.max ?? Infinity)) {
    report(violations, violationOf(undefined, path, `Member must have length less than or equal to ${shape.max}`));
    return [];
  }
  return value.map((member, index) =>
    visit(member, { shape: shape.member, path: `${path}.${index + 1}.member`, violations }),
  );
}

function visitStructure(
  value: unknown,
  { shape, path, violations }: Visit<Extract<Shape, { type: 'structure' }>>,
): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(value, 'Structure');
  const given = value as Record<string, unknown>;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members)) {
    const memberPath = path === '' ? camelCase(name) : `${path}.${camelCase(name)}`;
    const memberValue = Object.hasOwn(given, name) ? given[name] : undefined;
    if (memberValue !== undefined && memberValue !== null) {
      copy[name] = visit(memberValue, { shape: member, path: memberPath, violations });
    } else if (shape.required?.includes(name)) {
      report(violations, violationOf('null', memberPath, 'Member must not be null'));
    }
  }
  return copy;
}

/** Long values are left out of the text, as in the service. */
function violationOf(shown: string | undefined, path: string, constraint: string): string {
  const value = shown === undefined ? 'Value' : `Value ${shown}`;
  return `${value} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function wrongType(value: unknown, expected: string): Error {
  const actual = value === null ? 'NULL_VALUE' : Array.isArray(value) ? 'START_ARRAY' : (typeof value).toUpperCase();
  return unreadableBody(`${actual} can not be converted to ${expected === 'Integer' ? 'an' : 'a'} ${expected}`);
}

/** The model's patterns are not anchored in their written form. */
function textOf({ source }: RegExp): string {
  return source.replace(/^\^|\$$/g, '');
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
