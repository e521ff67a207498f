const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const LOCAL_REGION = 'us-east-1';

/** Replaces credentials and a region for an endpoint on this machine, such as that of the local service. */
export interface LocalIdentity {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
}

/** @returns nothing for an endpoint elsewhere, or if the environment has credentials: the endpoint may need them */
export function localIdentity(endpoint: string | URL | undefined, env: NodeJS.ProcessEnv): LocalIdentity | undefined {
  const hasCredentials = Boolean(env.AWS_PROFILE || (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY));
  if (hasCredentials || !endpoint || !isLoopback(endpoint)) return undefined;
  return { credentials: LOCAL_CREDENTIALS, region: env.AWS_REGION || LOCAL_REGION };
}

export function isLoopback(endpoint: string | URL): boolean {
  const { hostname } = URL.canParse(String(endpoint)) ? new URL(endpoint) : { hostname: '' };
  return /^(127(\.\d+){3}|\[::1\]|localhost|.+\.localhost)$/.test(hostname);
}
