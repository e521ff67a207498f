import { type InjectionToken, Scope, type Type } from '@nestjs/common';
import { ContextIdFactory, type ModuleRef } from '@nestjs/core';
import { noSuchDependency } from './webhook.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

type ContextId = ReturnType<typeof ContextIdFactory.create>;

/** A key as text or bytes. Without one, or with an empty one, nothing is ever accepted. */
export type WebhookSecret = string | Uint8Array | undefined;

/** One secret, or several during a rotation. */
export type WebhookSecrets = WebhookSecret | readonly WebhookSecret[];

/** Creates secrets from providers of the application; called for each request. */
export interface WebhookSecretFactory {
  /** Tokens of the providers that `useFactory` is called with. @defaultValue none */
  inject?: readonly InjectionToken[];
  useFactory: (...dependencies: never[]) => WebhookSecrets | Promise<WebhookSecrets>;
}

/** Secrets, a function that returns them for each request, or a factory with dependencies. */
export type WebhookSecretOption =
  WebhookSecrets | (() => WebhookSecrets | Promise<WebhookSecrets>) | WebhookSecretFactory;

/**
 * The current secrets, without missing and empty ones.
 * @param request - dependencies of request scope are created for it; absent when the application boots
 * @throws {DurableConfigurationError} when a dependency of the factory is not provided
 */
export async function currentSecrets(
  option: WebhookSecretOption,
  moduleRef: ModuleRef,
  request?: object,
): Promise<Array<string | Uint8Array>> {
  const answer = await ask(option, moduleRef, request);
  const secrets: readonly WebhookSecret[] = isList(answer) ? answer : [answer];
  return secrets.filter(isUsable);
}

async function ask(
  option: WebhookSecretOption,
  moduleRef: ModuleRef,
  request: object | undefined,
): Promise<WebhookSecrets> {
  if (typeof option === 'function') return option();
  if (!isFactory(option)) return option;
  // All of one request, as a strategy of durable providers may choose.
  const contextId = ContextIdFactory.getByRequest((request ?? {}) as Record<string, never>);
  if (request) moduleRef.registerRequestByContextId(request, contextId);
  const { inject = [], useFactory } = option;
  const dependencies = await Promise.all(inject.map((token) => dependencyOf(token, moduleRef, contextId)));
  return (useFactory as (...all: unknown[]) => WebhookSecrets | Promise<WebhookSecrets>)(...dependencies);
}

function dependencyOf(token: InjectionToken, moduleRef: ModuleRef, contextId: ContextId): unknown {
  return scopeOf(token, moduleRef) === Scope.DEFAULT
    ? moduleRef.get<unknown>(token, { strict: false })
    : moduleRef.resolve<unknown>(token as Type, contextId, { strict: false });
}

function scopeOf(token: InjectionToken, moduleRef: ModuleRef): Scope | undefined {
  try {
    return moduleRef.introspect(token as Type).scope;
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
