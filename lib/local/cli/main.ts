#!/usr/bin/env node
import { runCli } from './run-cli.js';
import { processTerminal } from './terminal.js';

void runCli(process.argv.slice(2), processTerminal()).then((exitCode) => {
  process.exitCode = exitCode;
  // The user's modules may leave something open, such as a pool of connections.
  setTimeout(() => process.exit(), 1000).unref();
});
