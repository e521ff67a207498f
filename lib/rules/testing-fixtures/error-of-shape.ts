/** What was seen of an error: enough to build one that looks the same from outside, without its library. */
export interface ErrorShape {
  readonly constructorName?: string;
  readonly name?: string;
  readonly code?: string | number;
  readonly errno?: string | number;
  readonly status?: number;
  readonly statusCode?: number;
  readonly message?: string;
  readonly isError?: boolean;
  /** Properties by path: `response.status`, `errors[0].reason`, `CancellationReasons[].Code`. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly causeShape?: readonly NestedShape[];
  readonly next?: readonly NestedShape[];
}

interface NestedShape extends ErrorShape {
  /** The property that contains it; `errors[]` is one of several. */
  readonly via: string;
}

type Holder = Record<string, unknown>;

/** Builds an error of a shape. */
export function errorOfShape(shape: ErrorShape): unknown {
  const { isError = true, message = '', name, flags = {}, causeShape = [], next = [] } = shape;
  const error = (isError ? new Error(message) : { message }) as unknown as Holder;
  if (name !== undefined) Object.defineProperty(error, 'name', { value: name });
  for (const key of ['code', 'errno', 'status', 'statusCode'] as const) {
    if (shape[key] !== undefined) error[key] = shape[key];
  }
  for (const [path, value] of Object.entries(flags)) setFlag(error, path, value);
  for (const nested of [...causeShape, ...next]) setNested(error, nested);
  return error;
}

function setNested(error: Holder, { via, ...shape }: NestedShape): void {
  const built = errorOfShape(shape);
  if (!via.endsWith('[]')) {
    // Facts about a nested object may be among the flags too.
    error[via] = Object.assign(built as object, error[via]);
    return;
  }
  const key = via.slice(0, -2);
  const list = (error[key] ??= []) as unknown[];
  const known = list.find((member) => (member as Holder).taken === undefined && !(member instanceof Error));
  if (known) Object.assign(known, { taken: true });
  else list.push(built);
}

function setFlag(error: Holder, path: string, value: unknown): void {
  switch (path) {
    case 'brand':
      Object.assign(error, { [Symbol.for('nestjs-durable-execution/error')]: value });
      return;
    case 'method':
      error.config = { ...(error.config as object), method: value };
      return;
    case 'methods':
      for (const key of value as string[]) error[key] = () => error[key === 'getStatus' ? 'status' : 'response'];
      return;
    case 'lists':
      for (const key of value as string[]) error[key] = [{ code: 'invalid_type', path: ['a'], message: 'm' }];
      return;
    case 'symbols':
      for (const text of value as string[]) markWith(error, text);
      return;
    default:
      setPath(error, path, value);
  }
}

function markWith(error: object, text: string): void {
  Object.assign(error, { [Symbol.for(text.slice('Symbol('.length, -1))]: true });
}

function setPath(error: Holder, path: string, value: unknown): void {
  const [, list, member] = /^(\w+)\[\]\.(\w+)$/.exec(path) ?? [];
  if (list && member) {
    error[list] = (value as unknown[]).map((one) => ({ [member]: one }));
    return;
  }
  const keys = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const last = keys.pop()!;
  let holder = error;
  keys.forEach((key, at) => {
    const isList = /^\d+$/.test(keys[at + 1] ?? last);
    holder = (holder[key] ??= isList ? [] : {}) as Holder;
  });
  holder[last] = value;
}
