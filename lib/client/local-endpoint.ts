const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const LOCAL_REGION = 'us-east-1';

/** Replaces what is not configured for an endpoint on this machine, such as that of the local service. */
export interface LocalIdentity {
  readonly region: string | (() => Promise<string>);
  /** Absent if the environment has credentials: the endpoint may need them, and the region of the AWS client. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * @param findRegion - the region that the AWS client finds; rejects if it finds none
 * @returns nothing for an endpoint elsewhere
 */
export function localIdentity(
  endpoint: string | URL | undefined,
  env: NodeJS.ProcessEnv,
  findRegion: () => Promise<string>,
): LocalIdentity | undefined {
  if (!endpoint || !isLoopback(endpoint)) return undefined;
  const hasCredentials = Boolean(env.AWS_PROFILE || (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY));
  if (!hasCredentials) return { credentials: LOCAL_CREDENTIALS, region: env.AWS_REGION || LOCAL_REGION };
  let found: Promise<string> | undefined;
  return { region: () => (found ??= findRegion().catch(() => LOCAL_REGION)) };
}

export function isLoopback(endpoint: string | URL): boolean {
  const { hostname } = URL.canParse(String(endpoint)) ? new URL(endpoint) : { hostname: '' };
  return /^(127(\.\d+){3}|\[::1\]|localhost|.+\.localhost)$/.test(hostname);
}
