// An empty Nest application: what the framework itself costs.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

class AppModule {}
Module({})(AppModule);

export async function boot() {
  await NestFactory.createApplicationContext(AppModule, { logger: false });
}
