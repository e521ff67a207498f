import { NotDeployedError } from '../../wire/not-deployed.js';

/** The suffixes of a region's endpoints; the last row applies to all other regions. */
const PARTITIONS: readonly { regions: string; suffix: string; dualStackSuffix: string }[] = [
  { regions: 'cn-', suffix: 'amazonaws.com.cn', dualStackSuffix: 'api.amazonwebservices.com.cn' },
  { regions: 'eusc-', suffix: 'amazonaws.eu', dualStackSuffix: 'api.amazonwebservices.eu' },
  { regions: 'us-iso-', suffix: 'c2s.ic.gov', dualStackSuffix: 'api.aws.ic.gov' },
  { regions: 'us-isob-', suffix: 'sc2s.sgov.gov', dualStackSuffix: 'api.aws.scloud' },
  { regions: 'eu-isoe-', suffix: 'cloud.adc-e.uk', dualStackSuffix: 'api.cloud-aws.adc-e.uk' },
  { regions: 'us-isof-', suffix: 'csp.hci.ic.gov', dualStackSuffix: 'api.aws.hci.ic.gov' },
  { regions: '', suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' },
];

/**
 * The endpoint that is given, or the one in the environment variables that all AWS clients use.
 * @param given - in the options of a client; an empty one is none
 */
export function configuredEndpoint(env: NodeJS.ProcessEnv, given?: string): string | undefined {
  if (given) return given;
  if (isOn(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)) return undefined;
  return env.AWS_ENDPOINT_URL_LAMBDA || env.AWS_ENDPOINT_URL || undefined;
}

/**
 * The URL of a configured endpoint. @throws {NotDeployedError} when it has none: without its protocol, `localhost:9090`
 * is a URL of the protocol `localhost:`
 */
export function endpointUrl(endpoint: string | URL): URL {
  const url = URL.canParse(String(endpoint)) ? new URL(endpoint) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new NotDeployedError(
    `The endpoint of Lambda is ${JSON.stringify(endpoint)}, which is no URL of http or https. Give one with its protocol, ` +
      'such as http://127.0.0.1:9090.',
  );
}

/** Lambda's endpoint in a region, unless the environment configures another. */
export function lambdaEndpoint(region: string, env: NodeJS.ProcessEnv): string {
  const configured = configuredEndpoint(env);
  if (configured) return configured;
  const { suffix, dualStackSuffix } = PARTITIONS.find(({ regions }) => region.startsWith(regions))!;
  const service = isOn(env.AWS_USE_FIPS_ENDPOINT) ? 'lambda-fips' : 'lambda';
  return `https://${service}.${region}.${isOn(env.AWS_USE_DUALSTACK_ENDPOINT) ? dualStackSuffix : suffix}`;
}

const isOn = (variable: string | undefined): boolean => variable === 'true';
