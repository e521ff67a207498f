import type { Provider, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { clashingVersions, shared } from '../process-state.js';
import { asRecord, messageOf } from '../wire/thrown.js';
import { clashingCopies, severalNests } from './durable-execution.messages.js';
import { DurableConfigurationError } from './errors/durable-configuration-error.js';

/** The injectable classes of this package, by their names. */
export type Injectables = Readonly<Record<string, abstract new (...args: never[]) => object>>;

/** Of every copy of this package in the process. */
const copies = shared<Injectables[]>('injectables', () => []);

/** The modules of all copies, and the token of each for its options. */
export const durableModules = shared('modules', () => new Map<unknown, string | symbol>());

/** Nest, once for each of its copies that a copy of this package uses. */
const nests = shared('nests', () => new Set<unknown>()).add(ModulesContainer);

export function registerCopy(injectables: Injectables): void {
  copies.push(injectables);
}

/**
 * Provides one copy's classes for the other copies: a library may be compiled with another copy than the application.
 */
export function aliasesOf(own: Injectables): Exclude<Provider, Type>[] {
  return copies
    .filter((other) => other !== own)
    .flatMap((other) =>
      Object.entries(own).map(([name, useExisting]) => ({
        provide: other[name] as Type,
        useExisting: useExisting as Type,
      })),
    );
}

/** What an injectable class is in every other copy that is loaded by now. */
export function otherCopiesOf<T>(injectable: Type<T>): Type<T>[] {
  const own = copies.find((copy) => (Object.values(copy) as unknown[]).includes(injectable));
  const name = own && Object.keys(own).find((key) => own[key] === (injectable as unknown));
  if (name === undefined) return [];
  return copies.filter((copy) => copy !== own).map((copy) => copy[name] as Type<T>);
}

/** @throws {DurableConfigurationError} when copies of different versions are loaded */
export function assertOneVersion(): void {
  const versions = clashingVersions();
  if (versions.length > 0) throw new DurableConfigurationError(clashingCopies(versions));
}

/** The error of a boot, with the remedy if a provider was not found because its class belongs to another copy of Nest. */
export function explainedBoot(error: unknown): unknown {
  const isNotFound = asRecord(error).context !== undefined && messageOf(error).includes("can't resolve dependencies");
  if (nests.size < 2 || !isNotFound) return error;
  return new DurableConfigurationError(severalNests(messageOf(error)), { cause: error });
}
