import { Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { DurableOptions } from '../decorators/durable.decorator.js';
import { DURABLE_METADATA, NestMetadata } from '../durable-execution.constants.js';

/** The only reader of what decorators left on methods. */
@Injectable()
export class DurableMetadataAccessor {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  durableOptions(method: (...args: never[]) => unknown): DurableOptions | undefined {
    return this.reflector.get<DurableOptions | undefined>(DURABLE_METADATA, method);
  }

  isRoute(method: (...args: never[]) => unknown): boolean {
    return Reflect.hasMetadata(NestMetadata.ROUTE_PATH, method);
  }
}
