// What the applications install besides the package. Nest follows the ranges that the package claims to support; tools are
// of one version each, chosen to run on the oldest Node.
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

/** By name, the sets of packages that applications are installed with. */
export const consumers = {
  nest12: { ...everywhere, ...nest('^12.0.0'), ...bundler, ...jest, ...vitest },
  nest11: { ...everywhere, ...nest('^11.0.0'), ...bundler, ...jest },
  engine: everywhere,
};
