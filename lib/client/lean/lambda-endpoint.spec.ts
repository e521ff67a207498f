import { LambdaClient } from '@aws-sdk/client-lambda';
import { lambdaEndpoint } from './lambda-endpoint.js';

const regions = [
  'us-east-1',
  'eu-central-1',
  'us-gov-west-1',
  'cn-north-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
];

describe('lambdaEndpoint', () => {
  it.each(
    regions.flatMap((region) => [false, true].flatMap((fips) => [false, true].map((dual) => [region, fips, dual]))),
  )('finds for %s, FIPS %s, dual stack %s, what the AWS client finds', (Region, UseFIPS, UseDualStack) => {
    const { config } = new LambdaClient({ region: 'us-east-1' });
    const env = { AWS_USE_FIPS_ENDPOINT: String(UseFIPS), AWS_USE_DUALSTACK_ENDPOINT: String(UseDualStack) };
    const params = { Region, UseFIPS, UseDualStack } as Parameters<typeof config.endpointProvider>[0];

    expect(`${lambdaEndpoint(Region as string, env)}/`).toBe(String(config.endpointProvider(params).url));
  });

  it.each([
    [{ AWS_ENDPOINT_URL: 'http://all' }, 'http://all'],
    [{ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_LAMBDA: 'http://lambda' }, 'http://lambda'],
    [
      { AWS_ENDPOINT_URL: 'http://all', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'https://lambda.eu-west-1.amazonaws.com',
    ],
  ])('goes by the environment: %j', (env, endpoint) => {
    expect(lambdaEndpoint('eu-west-1', env)).toBe(endpoint);
  });
});
