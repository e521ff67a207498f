import type { InjectionToken } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { noSuchDependency } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

/** A key as text or bytes. Without one, or with an empty one, nothing is ever accepted. */
export type WebhookSecret = string | Uint8Array | undefined;

/** One secret, or several during a rotation. */
export type WebhookSecrets = WebhookSecret | readonly WebhookSecret[];

/** Creates secrets from providers of the application; called for each request. */
export interface WebhookSecretFactory {
  /** Tokens of the providers that `useFactory` is called with. */
  inject: readonly InjectionToken[];
  useFactory: (...dependencies: never[]) => WebhookSecrets | Promise<WebhookSecrets>;
}

/** Secrets, a function that returns them for each request, or a factory with dependencies. */
export type WebhookSecretOption =
  WebhookSecrets | (() => WebhookSecrets | Promise<WebhookSecrets>) | WebhookSecretFactory;

/**
 * The current secrets, without missing and empty ones.
 * @throws {DurableConfigurationError} when a dependency of the factory is not provided
 */
export async function currentSecrets(
  option: WebhookSecretOption,
  moduleRef: ModuleRef,
): Promise<Array<string | Uint8Array>> {
  const answer = await ask(option, moduleRef);
  const secrets: readonly WebhookSecret[] = isList(answer) ? answer : [answer];
  return secrets.filter(isUsable);
}

function ask(option: WebhookSecretOption, moduleRef: ModuleRef): WebhookSecrets | Promise<WebhookSecrets> {
  if (typeof option === 'function') return option();
  if (!isFactory(option)) return option;
  const dependencies = option.inject.map((token) => dependencyOf(token, moduleRef));
  return (option.useFactory as (...all: unknown[]) => WebhookSecrets | Promise<WebhookSecrets>)(...dependencies);
}

function dependencyOf(token: InjectionToken, moduleRef: ModuleRef): unknown {
  try {
    return moduleRef.get<unknown>(token, { strict: false });
  } catch (cause) {
    const name = typeof token === 'function' ? token.name : String(token);
    throw new DurableConfigurationError(noSuchDependency(name), { cause });
  }
}

function isFactory(option: WebhookSecretOption): option is WebhookSecretFactory {
  return typeof option === 'object' && 'useFactory' in option;
}

function isList(answer: WebhookSecrets): answer is readonly WebhookSecret[] {
  return Array.isArray(answer);
}

function isUsable(secret: WebhookSecret): secret is string | Uint8Array {
  return typeof secret === 'string' ? secret.trim() !== '' : secret instanceof Uint8Array && secret.length > 0;
}
