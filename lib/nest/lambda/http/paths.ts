/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- events are what AWS sends */
type Event = any;

/**
 * The prefix of the application's routes in the paths of events: a text such as `/v1` is removed from their front;
 * `false` leaves every path unchanged. By default, the stage and the mapping that the event names are removed.
 */
export type BasePath = string | false | undefined;

/** The path and the query of a request, encoded as a client has sent them. */
export function urlOf(path: string, query: string | undefined, basePath: BasePath): string {
  return (encoded(withoutBase(path, basePath)) || '/') + (query ? `?${query}` : '');
}

/** HTTP APIs put a named stage before the path. */
export function withoutStage(path: string, stage: string | undefined): string {
  return stage && stage !== '$default' ? withoutPrefix(path, `/${stage}`) : path;
}

/**
 * The path below the mapping of a custom domain, or below the stage: as many segments, from its end, as the resource
 * has. The resource of a default route says nothing.
 */
export function withoutMapping({ path, resource, pathParameters, requestContext }: Event): string {
  const name = /\{([^}]+)\+\}/.exec(resource)?.[1];
  const proxy = name === undefined ? '' : pathParameters?.[name];
  if (!resource?.startsWith('/') || resource === '/$default' || proxy === undefined)
    return withoutStage(path, stageInPath(requestContext, path));
  const count = (text: string): number => text.split('/').filter(Boolean).length;
  const wanted = count(resource) + (name === undefined ? 0 : count(proxy) - 1);
  const surplus = count(path) - wanted;
  return surplus > 0 ? path.replace(new RegExp(`^(?:/+[^/]+){${surplus}}`), '') || '/' : path;
}

/** REST APIs omit the stage from the path but not from the path of the context; HTTP APIs keep it in both. */
function stageInPath({ stage, path: whole }: Event, path: string): string | undefined {
  return whole === path ? stage : undefined;
}

function withoutBase(path: string, basePath: BasePath): string {
  return basePath ? withoutPrefix(path, `/${basePath.split('/').filter(Boolean).join('/')}`) : path;
}

/** Only at the end of a segment: `/v1` is not a prefix of `/v10/orders`. */
function withoutPrefix(path: string, prefix: string): string {
  return prefix !== '/' && `${path}/`.startsWith(`${prefix}/`) ? path.slice(prefix.length) || '/' : path;
}

/** HTTP APIs pass a decoded path: a lone `%` was `%25`, and a `?` belongs to it. */
function encoded(path: string): string {
  const whole = path.replace(/%(?![0-9a-f]{2})/gi, '%25');
  return encodeURI(whole).replaceAll('%25', '%').replaceAll('?', '%3F').replaceAll('#', '%23');
}
