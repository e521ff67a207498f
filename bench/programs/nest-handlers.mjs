// Boots an application with many durable methods. Argument: how many.
import 'reflect-metadata';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { report } from '../lib/fresh-process.mjs';
import { dist } from '../lib/own-build.mjs';

const { Durable, DurableExecutionModule, DurableRegistry } = await import(join(dist, 'esm/index.js'));

const count = Number(process.argv[2]);

function durableProvider(index) {
  class Host {
    async run() {
      return index;
    }
  }
  Durable({ name: `handler-${index}` })(Host.prototype, 'run', Object.getOwnPropertyDescriptor(Host.prototype, 'run'));
  return Host;
}

class AppModule {}
Module({
  imports: [DurableExecutionModule.forRoot()],
  providers: Array.from({ length: count }, (_, index) => durableProvider(index)),
})(AppModule);

const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
const wall = performance.now() - startedMs;
const cpu = process.cpuUsage(cpuBefore);
app.get(DurableRegistry).select({ chosen: { name: `handler-${count - 1}`, origin: 'the bench' } });
report({ wall, cpu: (cpu.user + cpu.system) / 1000 });
