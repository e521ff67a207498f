// Runs jest with the flag that ES modules need; every argument is passed on.
import { createRequire } from 'node:module';
import { quietAwsClient, runNode } from './run.mjs';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

process.exit(
  runNode([jest, ...process.argv.slice(2)], {
    env: quietAwsClient,
    nodeOptions: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  }),
);
