// What the applications install besides the package. Nest follows the ranges that the package claims to support; tools are
// of one version each, chosen to run on the oldest Node.
import { ecosystem11, ecosystem12 } from './ecosystem-packages.mjs';

const everywhere = { '@aws-sdk/client-lambda': '^3.1164.0', '@types/node': '^20.19.43', typescript: '5.9.3' };
const bundler = { esbuild: '0.28.2' };
const jest = { jest: '30.5.2', 'ts-jest': '29.4.15' };
const vitest = { vitest: '4.1.12' };

const nest = (range) => ({
  '@nestjs/common': range,
  '@nestjs/core': range,
  '@nestjs/platform-express': range,
  '@nestjs/platform-fastify': range,
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.2',
});

/** Libraries whose errors are provoked, in the versions whose errors were studied. */
const libraries = {
  '@ai-sdk/openai': '3.0.141',
  '@anthropic-ai/sdk': '1.14.0',
  '@aws-sdk/client-dynamodb': '^3.1164.0',
  '@aws-sdk/client-s3': '^3.1164.0',
  '@elastic/elasticsearch': '9.4.3',
  '@electric-sql/pglite': '0.5.14',
  '@electric-sql/pglite-socket': '0.2.17',
  '@grpc/grpc-js': '1.14.7',
  '@octokit/request': '10.0.16',
  '@slack/web-api': '8.2.0',
  '@smithy/credential-provider-imds': '4.5.2',
  ai: '6.0.326',
  amqplib: '2.3.1',
  axios: '1.21.1',
  bullmq: '6.7.0',
  'drizzle-orm': '0.45.4',
  gaxios: '7.3.1',
  got: '14.6.6',
  graphql: '16.15.0',
  'graphql-request': '7.4.0',
  ioredis: '5.11.1',
  joi: '18.3.2',
  jsonwebtoken: '9.0.3',
  kafkajs: '2.2.4',
  knex: '3.3.0',
  ky: '1.14.3',
  mongodb: '7.9.0',
  mongoose: '9.12.1',
  mysql2: '3.24.6',
  'node-fetch': '3.3.2',
  nodemailer: '10.6.1',
  openai: '6.49.0',
  pg: '8.23.1',
  postgres: '3.4.9',
  redis: '6.3.1',
  sequelize: '6.37.8',
  'sql.js': '1.16.0',
  stripe: '23.1.0',
  typeorm: '1.1.1',
  undici: '7.30.2',
  yup: '1.7.1',
  zod: '4.6.7',
};

/** By name, the sets of packages that applications are installed with. */
export const consumers = {
  nest12: { ...everywhere, ...nest('^12.0.0'), ...bundler, ...jest, ...vitest },
  nest11: { ...everywhere, ...nest('^11.0.0'), ...bundler, ...jest },
  testing12: { ...everywhere, ...nest('^12.0.0'), '@nestjs/testing': '^12.0.0', ...jest, ...vitest },
  testing11: { ...everywhere, ...nest('^11.0.0'), '@nestjs/testing': '^11.0.0', ...jest, ...vitest },
  engine: everywhere,
  libraries: { '@nestjs/common': '^12.0.0', 'reflect-metadata': '^0.2.2', rxjs: '^7.8.2', ...libraries, ...bundler },
  ecosystem12: { ...everywhere, ...nest('^12.0.0'), ...ecosystem12 },
  ecosystem11: { ...everywhere, ...nest('^11.0.0'), ...ecosystem11 },
};

/** npm's settings for a set: the ecosystem is not always of one mind about its peers. */
export const npmrcOf = (consumer) => (consumer.startsWith('ecosystem') ? 'legacy-peer-deps=true\n' : '');
