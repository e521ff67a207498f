import { list } from '../list.js';

export const rawBodyMissing = (place: string): string =>
  `The signature of ${place} covers the raw body of the request, which this server does not keep. ` +
  'Pass { rawBody: true } to ' +
  'NestFactory.create(), and let it parse the content type, as with app.useBodyParser("text"). ' +
  'On Lambda, createLambdaHandler() always keeps it.';

export const callbackNotCompleted = (place: string, status: number, reason: string): string =>
  `${place} could not complete a callback, and has responded with ${status}: ${reason}`;

export const secretMissing = (place: string): string =>
  `${place} has no secret to check a signature with: it is missing, empty, or not a key in this scheme. Every request is refused. ` +
  'Set it where the option `secret` reads it, such as in the environment of the function.';

export const secretUnknown = (place: string, reason: unknown): string =>
  `The secret of ${place} could not be read at boot, and will be read again for each request: ${String(reason)}`;

export const noSuchDependency = (name: string): string =>
  `The secret of a webhook is created from ${name}, which the application does not provide, or not as a singleton. ` +
  'Provide it in a module that the application imports, or correct the list `inject` of the secret.';

export const unknownScheme = (scheme: unknown, known: readonly string[]): string =>
  `There is no signature scheme "${String(scheme)}" for webhooks. Known: ${list(known)}.`;

export const unknownDigest = (algorithm: string): string =>
  `There is no digest "${algorithm}" to sign webhooks with. Use one that node:crypto supports, such as sha256.`;

export const unknownEncoding = (encoding: unknown): string =>
  `There is no encoding "${String(encoding)}" for the signature of a webhook. Use hex, base64 or base64url.`;

export const wrongVerify = (): string =>
  'The signature of a webhook needs both or neither of: the scheme "custom", and a function `verify` that checks it.';

export const wrongTolerance = (seconds: number): string =>
  `The signature of a webhook has a toleranceSeconds of ${seconds}. Give a number of seconds above 0, such as 300.`;

export const optionOfOtherScheme = (option: string, scheme: string): string =>
  `The signature of a webhook states ${option}, which its scheme "${scheme}" does not check. Remove it, or use a scheme that does.`;

export const toleranceWithoutTime = (): string =>
  'The signature of a webhook has toleranceSeconds, but no timestampHeader, so no request would expire. Name the header with ' +
  'the time, which the sender signs too, or remove toleranceSeconds.';

export const webhookNotRoute = (place: string): string =>
  `@CompletesCallback() on ${place}: the method needs a route, such as @Post(':callbackId'), in a controller.`;

export const webhookAndDurable = (place: string): string =>
  `${place} has @Durable() and @CompletesCallback(): it cannot be both the body of an execution and the webhook that completes ` +
  'a callback of one. Keep one of them.';

export const webhookWrapped = (place: string): string =>
  `@CompletesCallback() on ${place}: a decorator between it and the route replaces the method, and drops the metadata that ` +
  'signature check and completion depend on. Put @CompletesCallback() above that decorator, directly below the route.';

export const webhookReads = (place: string, verb: string): string =>
  `@CompletesCallback() on ${place}: a ${verb} request must not complete a callback, because link previews and scanners send it ` +
  'too. Use @Post(); for a link that a person follows, show a page that sends the POST.';

export const callbackIdMissing = (place: string, parameter: string): string =>
  `The route of ${place} has no parameter ":${parameter}", so @CompletesCallback() cannot know which callback to complete. ` +
  `Add it to the path, as in @Post(':${parameter}'), or set @CompletesCallback({ parameter }) or ({ callbackId }).`;

export const callbackIdTooLong = (place: string, longest: number): string =>
  `The route of ${place} takes the callback id from its path, where Fastify accepts ${longest} characters, and responds to longer ` +
  'ids with 414. An id has up to 1024: new FastifyAdapter({ routerOptions: { maxParamLength: 1024 } }). Or send the id elsewhere, ' +
  'and read it by @CompletesCallback({ callbackId }).';
