// A Nest application without anything: what the framework costs by itself.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

class AppModule {}
Module({})(AppModule);

export async function boot() {
  await NestFactory.createApplicationContext(AppModule, { logger: false });
}
