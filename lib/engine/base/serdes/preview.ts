export const FieldMatchMode = {
  /** The name of a member, at any level. */
  ANYWHERE: 'ANYWHERE',
  /** The whole path from the root, such as `user.email`; a single name is a member of the root. */
  PATH: 'PATH',
} as const;
export type FieldMatchMode = (typeof FieldMatchMode)[keyof typeof FieldMatchMode];

export const PreviewMode = {
  /** Everything that is not excluded. */
  INCLUDE_ALL: 'INCLUDE_ALL',
  /** Only what is included or masked. */
  EXCLUDE_ALL: 'EXCLUDE_ALL',
} as const;
export type PreviewMode = (typeof PreviewMode)[keyof typeof PreviewMode];

export interface PreviewField {
  /** A name or a path, its names joined by dots. Positions in arrays are no part of a path. */
  name: string;
  /** @defaultValue `FieldMatchMode.ANYWHERE` */
  match?: FieldMatchMode;
}

export interface PreviewConfig {
  mode: PreviewMode;
  /** Shown, with everything inside. */
  include?: PreviewField[];
  /** Never shown; this overrides the other lists. */
  exclude?: PreviewField[];
  /** Shown as `maskString`. */
  mask?: PreviewField[];
  /** @defaultValue `***` */
  maskString?: string;
  /** Bytes of the preview as JSON; members are added in order until the limit is reached. @defaultValue 4096 */
  maxPreviewBytes?: number;
}

type Preview = Record<string, unknown>;

/** A value that is shown unchanged, and its path. */
interface Leaf {
  path: readonly string[];
  value: unknown;
}

const DEFAULT_MASK = '***';
const DEFAULT_BYTES = 4096;

/** An object's braces, minus the comma that its last member does not have: every member is counted with one. */
const BRACES_BYTES = 1;

/**
 * Selects the part of a value that may be shown beside it, for example in the console while the value itself is in a
 * file.
 *
 * Objects keep their shape. The members of objects in an array are merged into one object that replaces the array, and
 * a later element wins; bare values in arrays are left out.
 *
 * @returns `undefined` when there is nothing to show
 * @example
 * ```ts
 * buildPreview(order, {
 *   mode: PreviewMode.EXCLUDE_ALL,
 *   include: [{ name: 'id' }, { name: 'status' }],
 *   mask: [{ name: 'email' }],
 * });
 * ```
 */
export function buildPreview(value: unknown, config: PreviewConfig): Record<string, unknown> | undefined {
  const { maxPreviewBytes = DEFAULT_BYTES } = config;
  const preview: Preview = {};
  let bytes = BRACES_BYTES;
  for (const leaf of leavesOf(value, { config, path: [], isShown: config.mode === PreviewMode.INCLUDE_ALL })) {
    bytes += bytesAdded(preview, leaf);
    if (bytes > maxPreviewBytes) break;
    put(preview, leaf);
  }
  return Object.keys(preview).length > 0 ? preview : undefined;
}

interface Walk {
  config: PreviewConfig;
  path: readonly string[];
  isShown: boolean;
}

function* leavesOf(value: unknown, walk: Walk): Generator<Leaf> {
  const plain = plainOf(value);
  if (Array.isArray(plain)) {
    for (const element of plain) if (isObject(plainOf(element))) yield* leavesOf(element, walk);
  } else if (isObject(plain)) {
    for (const [name, member] of Object.entries(plain)) yield* leavesOfMember(name, member, walk);
  } else if (walk.isShown && walk.path.length > 0 && isLeaf(plain)) {
    yield { path: walk.path, value: plain };
  }
}

function* leavesOfMember(name: string, member: unknown, { config, path: around, isShown }: Walk): Generator<Leaf> {
  const path = [...around, name];
  if (member === undefined || isNamed(config.exclude, path)) return;
  if (isNamed(config.mask, path)) yield { path, value: config.maskString ?? DEFAULT_MASK };
  else yield* leavesOf(member, { config, path, isShown: isShown || isNamed(config.include, path) });
}

function isNamed(fields: readonly PreviewField[] | undefined, path: readonly string[]): boolean {
  return (
    fields?.some(({ name, match }) => name === (match === FieldMatchMode.PATH ? path.join('.') : path.at(-1))) ?? false
  );
}

/**
 * Bytes that a leaf adds to the JSON of the preview. A leaf that replaces another counts in full, which is slightly too
 * much.
 */
function bytesAdded(preview: Preview, { path, value }: Leaf): number {
  let bytes = Buffer.byteLength(JSON.stringify(value));
  let around: unknown = preview;
  for (const [depth, name] of path.entries()) {
    const next: unknown = isObject(around) && Object.hasOwn(around, name) ? around[name] : undefined;
    if (!isObject(next)) {
      const braces = depth < path.length - 1 ? BRACES_BYTES : 0;
      bytes += Buffer.byteLength(JSON.stringify(name)) + ':,'.length + braces;
    }
    around = next;
  }
  return bytes;
}

function put(preview: Preview, { path, value }: Leaf): void {
  let around = preview;
  for (const name of path.slice(0, -1)) {
    const next = Object.hasOwn(around, name) ? around[name] : undefined;
    around = isObject(next) ? next : define(around, name, {});
  }
  define(around, path.at(-1) as string, value);
}

/** A plain assignment to `__proto__` would change what the object inherits. */
function define<T>(around: Preview, name: string, value: T): T {
  Object.defineProperty(around, name, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** A value in the form that JSON would have. */
function plainOf(value: unknown): unknown {
  return isObject(value) && typeof value.toJSON === 'function' ? (value as { toJSON(): unknown }).toJSON() : value;
}

function isObject(value: unknown): value is Preview {
  return typeof value === 'object' && value !== null;
}

function isLeaf(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
