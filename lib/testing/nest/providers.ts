import type { INestApplicationContext } from '@nestjs/common';
import { durableFormOf } from '../../nest/decorators/ambient-operation.js';
import type { DurableForm } from '../../nest/decorators/durable-form.js';
import { assertClass, formOf, type Host, listed, stepsOf } from './step-method.js';

/** A provider or controller as Nest keeps it. */
interface Provider {
  token: unknown;
  metatype: unknown;
  /** Absent until there is one: of request scope there is none. */
  instance: unknown;
}

/** The steps that a class's method represents in an application: its own, and those of its replacements. */
export function formsIn(app: INestApplicationContext, host: Host<object>, method: string): Set<DurableForm> {
  assertClass(host);
  const all = providersOf(app);
  const own = all.filter((provider) => isOf(provider, host));
  if (own.length === 0) {
    throw new Error(
      `${host.name} is not part of the application, so there is nothing to stub. Its providers with steps: ${withSteps(all)}.`,
    );
  }
  const forms = new Set([formOf(host, method)]);
  for (const { instance } of own) {
    const member = (instance as Record<string, unknown> | undefined | null)?.[method];
    const form = typeof member === 'function' ? durableFormOf(member) : undefined;
    if (form) forms.add(form);
  }
  return forms;
}

function providersOf(app: INestApplicationContext): Provider[] {
  const { container } = app as unknown as {
    container: { getModules(): Map<string, Record<'providers' | 'controllers', Map<unknown, Provider>>> };
  };
  return [...container.getModules().values()].flatMap(({ providers, controllers }) => [
    ...providers.values(),
    ...controllers.values(),
  ]);
}

function isOf({ token, metatype, instance }: Provider, host: Host<object>): boolean {
  if (token === host || metatype === host) return true;
  if (typeof metatype === 'function' && Object.prototype.isPrototypeOf.call(host, metatype)) return true;
  return typeof instance === 'object' && instance !== null && instance instanceof host;
}

function withSteps(providers: readonly Provider[]): string {
  const classes = new Set(providers.map(({ metatype }) => metatype));
  const texts = [...classes].flatMap((one) => {
    const prototype = (one as { prototype?: unknown } | null)?.prototype;
    const steps = typeof one === 'function' && typeof prototype === 'object' ? stepsOf(prototype!) : new Map();
    return steps.size === 0 ? [] : [`${(one as { name: string }).name}: ${listed(steps as Map<string, DurableForm>)}`];
  });
  return texts.join('; ') || 'none';
}
