import type { DynamicModule, ForwardReference, INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import type { TestingModule } from '@nestjs/testing';
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
  if (type === DurableExecutionModule) return true;
  const own = typeof module === 'function' ? [] : (module.imports ?? []);
  const declared = (Reflect.getMetadata(IMPORTS, type) ?? []) as Imported[];
  return importsDurable([...(own as Imported[]), ...declared], seen);
}

function isReference(imported: Type | DynamicModule | ForwardReference): imported is ForwardReference {
  return typeof imported === 'object' && 'forwardRef' in imported;
}

/** The application of a compiled testing module: with HTTP if it has controllers and a platform is installed. */
export async function createApplication(module: TestingModule, http?: boolean): Promise<INestApplicationContext> {
  const wantsHttp = http ?? hasControllers(module);
  if (!wantsHttp) return module;
  const hasPlatform = await isInstalled('@nestjs/platform-express');
  if (hasPlatform) return module.createNestApplication({ bufferLogs: false });
  if (http) throw new Error('http: true needs the package @nestjs/platform-express, which is not installed.');
  return module;
}

function hasControllers(module: TestingModule): boolean {
  const { container } = module as unknown as {
    container: { getModules(): Map<string, { controllers: Map<unknown, unknown> }> };
  };
  return [...container.getModules().values()].some(({ controllers }) => controllers.size > 0);
}

/** Nest itself would end the process if a platform is missing. */
async function isInstalled(name: string): Promise<boolean> {
  try {
    await import(name);
    return true;
  } catch {
    return false;
  }
}
