import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const ABSENT = [
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'class-transformer',
  'class-transformer/*',
  'class-validator',
];

const REQUIRE =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/** What a sandbox tells of a function whose deployment has Nest and this package, and nothing else. */
const PROGRAM = `
import 'reflect-metadata';
import { Injectable, Module, UseGuards } from '@nestjs/common';
import { createLambdaHandler, Durable, DurableExecutionModule } from 'nestjs-durable-execution';
import { BenchService, lambdaContext } from './bench/lib/bench-service.mjs';

class User { constructor(id) { this.id = id; } }
const guard = { canActivate: (context) => { context.getArgByIndex(0).user = new User(7); return true; } };
class Jobs { async run(input) { return input; } }
const descriptor = Object.getOwnPropertyDescriptor(Jobs.prototype, 'run');
UseGuards(guard)(Jobs.prototype, 'run', descriptor);
Durable('job')(Jobs.prototype, 'run', descriptor);
Object.defineProperty(Jobs.prototype, 'run', descriptor);
Injectable()(Jobs);

const appOf = (service) => {
  class AppModule {}
  Module({ imports: [DurableExecutionModule.forRoot({ client: service })], providers: [Jobs] })(AppModule);
  return AppModule;
};
const tell = (call) => call().then((value) => value, (error) => error.name + ': ' + error.message);
const nest = { logger: false };
const request = { version: '2.0', rawPath: '/', rawQueryString: '', headers: {}, requestContext: { http: { method: 'GET' } } };

const service = new BenchService();
const direct = createLambdaHandler(appOf(service), { nest });
const told = {
  direct: await tell(() => direct(service.event(), lambdaContext)),
  request: await tell(() => direct(request, lambdaContext)),
  demanded: await tell(() => createLambdaHandler(appOf(new BenchService()), { nest, http: true })(request, lambdaContext)),
};
console.log(JSON.stringify(told));
`;

/** Bundled as for Lambda, and run where no package can be found. */
async function runElsewhere(program: string): Promise<Record<string, unknown>> {
  const directory = await mkdtemp(join(tmpdir(), 'durable-bundle-'));
  try {
    await build({
      stdin: { contents: program, resolveDir: process.cwd() },
      outfile: join(directory, 'index.mjs'),
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      external: ABSENT,
      banner: { js: REQUIRE },
      alias: { 'nestjs-durable-execution': join(process.cwd(), 'dist/esm/index.js') },
      tsconfigRaw: {},
      logLevel: 'error',
    });
    const { stdout } = await promisify(execFile)(process.execPath, [join(directory, 'index.mjs')], { cwd: directory });
    return JSON.parse(stdout) as Record<string, unknown>;
  } finally {
    await rm(directory, { recursive: true });
  }
}

it('A deployment without the optional packages runs direct calls, and says what requests would need', async () => {
  const told = await runElsewhere(PROGRAM);
  expect(told['direct']).toMatchObject({ Status: 'SUCCEEDED', Result: '{"user":{"id":7}}' });
  expect(told['request']).toMatch(/^DurableConfigurationError: @nestjs\/platform-express is not installed/);
  expect(told['demanded']).toBe(told['request']);
});
