// Packages that are used beside Nest, and that executions have to get on with.

/** What both ecosystems have in common. Some packages do not name Nest 12 yet, or an optional peer of another version. */
const ecosystem = {
  '@apollo/server': '^5.5.1',
  '@as-integrations/express5': '^1.1.2',
  '@nestjs/throttler': '^6.5.0',
  '@opentelemetry/api': '^1.9.0',
  '@opentelemetry/instrumentation': '^0.300.0',
  '@opentelemetry/instrumentation-nestjs-core': '^0.71.0',
  '@opentelemetry/sdk-trace-node': '^2.12.1',
  '@sentry/nestjs': '^10.75.3',
  '@types/passport-jwt': '^4.0.1',
  'class-transformer': '^0.5.1',
  'class-validator': '^0.15.1',
  graphql: '^16.11.0',
  'nestjs-zod': '^5.5.0',
  passport: '^0.7.0',
  'passport-jwt': '^4.0.1',
  pino: '^10.0.0',
  'pino-http': '^11.0.0',
  'sql.js': '^1.14.0',
  zod: '^4.0.0',
};

/** The same packages of Nest's own, in the versions that go with a version of Nest. */
export const ecosystem12 = {
  ...ecosystem,
  '@nestjs/apollo': '^14.0.0',
  '@nestjs/config': '^12.0.0',
  '@nestjs/cqrs': '^12.0.0',
  '@nestjs/event-emitter': '^12.0.0',
  '@nestjs/graphql': '^14.0.0',
  '@nestjs/jwt': '^12.0.0',
  '@nestjs/passport': '^12.0.0',
  '@nestjs/schedule': '^12.0.0',
  '@nestjs/swagger': '^12.0.0',
  '@nestjs/terminus': '^12.0.0',
  '@nestjs/typeorm': '^12.0.0',
  'nestjs-cls': '^7.0.0',
  'nestjs-pino': '^5.0.0',
  typeorm: '^1.0.0',
  // Their own checks of signatures are judges of ours.
  '@octokit/webhooks-methods': '^6.0.0',
  standardwebhooks: '^1.1.1',
  stripe: '^23.1.0',
};
export const ecosystem11 = {
  ...ecosystem,
  '@nestjs/apollo': '^13.0.0',
  '@nestjs/config': '^4.0.0',
  '@nestjs/cqrs': '^11.0.0',
  '@nestjs/event-emitter': '^3.0.0',
  '@nestjs/graphql': '^13.0.0',
  '@nestjs/jwt': '^11.0.0',
  '@nestjs/passport': '^11.0.0',
  '@nestjs/schedule': '^6.0.0',
  '@nestjs/swagger': '^11.0.0',
  '@nestjs/terminus': '^11.0.0',
  '@nestjs/typeorm': '^11.0.0',
  'nestjs-cls': '^6.0.0',
  'nestjs-pino': '^4.0.0',
  typeorm: '^0.3.20',
};
