import { RequestMethod } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { type InstanceWrapper, placeOf } from '../discovery/discovered-handler.js';
import type { MarkedMethod } from '../discovery/method-explorer.js';
import { durableMarkOf, isRoute } from '../discovery/method-marks.js';
import { NestMetadata, WEBHOOK_METADATA } from '../durable-execution.constants.js';
import {
  callbackIdMissing,
  callbackIdTooLong,
  webhookAndDurable,
  webhookNotRoute,
  webhookReads,
  webhookWrapped,
} from './webhook.messages.js';
import { asRecord } from '../../wire/thrown.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { WebhookRoute } from './webhook-route.js';

/** Methods that programs send to read a link, such as the preview of a chat. */
const READING: ReadonlySet<RequestMethod> = new Set([
  RequestMethod.ALL,
  RequestMethod.GET,
  RequestMethod.HEAD,
  RequestMethod.OPTIONS,
]);

/** Fastify's default. Ids of AWS hold an ARN, and so are longer; who has set a greater limit knows whether they fit. */
const TOO_FEW_CHARACTERS = 100;

/** What of the application decides whether its routes receive the id. */
interface Routing {
  /** The global prefix, which may have parameters too. */
  prefix: string;
  adapterHost: HttpAdapterHost;
}

/**
 * @throws {DurableConfigurationError} when the route can never complete a callback, or reading it would complete one
 */
export function assertWebhookRoute(found: MarkedMethod<WebhookRoute>, { prefix, adapterHost }: Routing): void {
  const { mark, method, prototype, methodName } = found;
  const place = placeOf(found);
  if (!isRoute(method)) throw new DurableConfigurationError(webhookNotRoute(place));
  // Its guard is gone with its other metadata: the route would accept whatever is sent, and complete nothing.
  if (!Reflect.hasMetadata(WEBHOOK_METADATA, method)) throw new DurableConfigurationError(webhookWrapped(place));
  if (durableMarkOf(method, prototype, methodName)) throw new DurableConfigurationError(webhookAndDurable(place));
  const verb = Reflect.getMetadata(NestMetadata.ROUTE_METHOD, method) as RequestMethod;
  if (READING.has(verb)) throw new DurableConfigurationError(webhookReads(place, RequestMethod[verb]));
  const { callbackId } = mark;
  if (typeof callbackId === 'function') return;
  const isParameter = new RegExp(`:${callbackId.replaceAll(/\W/g, '\\$&')}(?!\\w)`);
  if (!pathsOf(found, prefix).every((path) => isParameter.test(path))) {
    throw new DurableConfigurationError(callbackIdMissing(place, callbackId));
  }
  const longest = longestParameterOf(adapterHost);
  if (longest <= TOO_FEW_CHARACTERS) throw new DurableConfigurationError(callbackIdTooLong(place, longest));
}

/** Fastify responds to a longer one with 414, before Nest sees the request; Express has no limit. */
function longestParameterOf({ httpAdapter }: HttpAdapterHost): number {
  const instance = asRecord((httpAdapter as HttpAdapterHost['httpAdapter'] | undefined)?.getInstance());
  const config = asRecord(instance['initialConfig']);
  // Where one of the two places states it, the other one shows the default.
  const stated = [config, asRecord(config['routerOptions'])].map(({ maxParamLength }) => maxParamLength);
  const lengths = stated.filter((length) => typeof length === 'number');
  return lengths.length > 0 ? Math.max(...lengths) : Infinity;
}

/** Every path of the route, from the global prefix on. */
function pathsOf({ method, host, prototype }: MarkedMethod<WebhookRoute>, prefix: string): string[] {
  const own = listOf(Reflect.getMetadata(NestMetadata.ROUTE_PATH, method));
  const before = listOf(Reflect.getMetadata(NestMetadata.ROUTE_PATH, prototype.constructor));
  const start = `${prefix}/${modulePathOf(host)}`;
  return before.flatMap((controllerPath) => own.map((path) => [start, controllerPath, path].join('/')));
}

/** The prefix that `RouterModule` adds to the paths of a module, under a key that ends in an id of the application. */
function modulePathOf({ host }: InstanceWrapper): string {
  const metatype = host?.metatype;
  if (!metatype) return '';
  const keys = Reflect.getMetadataKeys(metatype) as unknown[];
  const key = keys.find((name) => String(name).startsWith('__module_path__'));
  return key ? String(Reflect.getMetadata(key, metatype)) : '';
}

function listOf(paths: unknown): string[] {
  return [paths ?? ''].flat().map(String);
}
