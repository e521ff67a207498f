import type { DynamicModule, ForwardReference, INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import type { TestingModule } from '@nestjs/testing';
import type { ApplicationSettings } from '../../nest/lambda/boot-application.js';
import { durableModules } from '../../nest/copies.js';
import { DurableExecutionModule } from '../../nest/durable-execution.module.js';

type Imported = Type | DynamicModule | Promise<DynamicModule> | ForwardReference;

/** Metadata keys under which Nest stores what a module imports. */
const IMPORTS = 'imports';

/** The metadata of the test's root module, with the durable module if no module imports it. */
export async function withDurableModule(metadata: ModuleMetadata): Promise<ModuleMetadata> {
  const imports = (metadata.imports ?? []) as Imported[];
  if (await importsDurable(imports, new Set())) return metadata;
  return { ...metadata, imports: [DurableExecutionModule.forRoot(), ...imports] };
}

async function importsDurable(imports: readonly Imported[], seen: Set<unknown>): Promise<boolean> {
  for (const imported of imports) {
    const resolved = await imported;
    const module = isReference(resolved)
      ? (resolved as ForwardReference<() => Type | DynamicModule>).forwardRef()
      : resolved;
    if (module === undefined || seen.has(module)) continue;
    seen.add(module);
    if (await isOrImportsDurable(module, seen)) return true;
  }
  return false;
}

async function isOrImportsDurable(module: Type | DynamicModule, seen: Set<unknown>): Promise<boolean> {
  const type = typeof module === 'function' ? module : module.module;
  if (durableModules.has(type)) return true;
  const own = typeof module === 'function' ? [] : (module.imports ?? []);
  const declared = (Reflect.getMetadata(IMPORTS, type) ?? []) as Imported[];
  return importsDurable([...(own as Imported[]), ...declared], seen);
}

function isReference(imported: Type | DynamicModule | ForwardReference): imported is ForwardReference {
  return typeof imported === 'object' && 'forwardRef' in imported;
}

export interface ApplicationKind {
  http?: boolean | undefined;
  adapter?: ApplicationSettings['adapter'] | undefined;
}

export interface TestApplication {
  app: INestApplicationContext;
  /** Why it serves no HTTP, where it does not, and what to do. */
  withoutHttp?: string;
}

/** The application of a compiled testing module: with HTTP where it has controllers and a platform is there. */
export async function createApplication(
  module: TestingModule,
  { http, adapter }: ApplicationKind,
): Promise<TestApplication> {
  if (http === false) return { app: module, withoutHttp: 'it was created with `http: false`' };
  if (adapter) return { app: module.createNestApplication(await adapter()) };
  if (!http && !hasControllers(module)) return { app: module, withoutHttp: 'it has no controllers' };
  try {
    const { ExpressAdapter } = await import('@nestjs/platform-express');
    return { app: module.createNestApplication(new ExpressAdapter()) };
  } catch (cause) {
    const withoutHttp = `@nestjs/platform-express cannot be loaded (${String(cause)}): install it, or give \`adapter\``;
    if (http) throw new Error(`The application of the test serves no HTTP: ${withoutHttp}.`, { cause });
    return { app: module, withoutHttp };
  }
}

function hasControllers(module: TestingModule): boolean {
  const { container } = module as unknown as {
    container: { getModules(): Map<string, { controllers: Map<unknown, unknown> }> };
  };
  return [...container.getModules().values()].some(({ controllers }) => controllers.size > 0);
}
