/** Nest 12 is ESM-only, so specs run as ES modules (`scripts/jest.mjs` passes the Node flag). */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-transform.mjs' },
  moduleNameMapper: {
    '^nestjs-durable-execution$': '<rootDir>/lib/index.ts',
    '^nestjs-durable-execution/(engine|local|manifest|otel|rules|testing)$': '<rootDir>/lib/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  setupFiles: ['reflect-metadata'],
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
};

export default {
  // For what hangs. Many specs boot applications or start processes, which takes several times as long on a busy machine.
  testTimeout: 120_000,
  // In one process, as jest chooses on two cores, what files leave in memory slows down all that follow.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', ...(process.env.CI ? ['<rootDir>/scripts/plain-count-reporter.mjs'] : [])],
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/lib/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/sample/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/test/compat/'],
      globalSetup: '<rootDir>/scripts/jest-global-setup.mjs',
    },
  ],
};
