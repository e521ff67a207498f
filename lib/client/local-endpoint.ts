const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const LOCAL_REGION = 'us-east-1';

/** Replaces what is not configured for an endpoint on this machine, such as that of the local service. */
export interface LocalIdentity {
  readonly region: string;
  /** Absent if the environment has credentials: the endpoint may need them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** @returns nothing for an endpoint elsewhere, or with a profile, which has credentials and a region */
export function localIdentity(endpoint: string | URL | undefined, env: NodeJS.ProcessEnv): LocalIdentity | undefined {
  if (env.AWS_PROFILE || !endpoint || !isLoopback(endpoint)) return undefined;
  const region = env.AWS_REGION || LOCAL_REGION;
  const hasCredentials = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  return hasCredentials ? { region } : { region, credentials: LOCAL_CREDENTIALS };
}

export function isLoopback(endpoint: string | URL): boolean {
  const { hostname } = URL.canParse(String(endpoint)) ? new URL(endpoint) : { hostname: '' };
  return /^(127(\.\d+){3}|\[::1\]|localhost|.+\.localhost)$/.test(hostname);
}
