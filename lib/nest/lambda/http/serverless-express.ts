import { packageNotLoaded } from '../../../wire/not-deployed.js';
import type { HttpEventResponse } from './http-event.js';
import type { Listener } from './request-listener.js';

interface ServerlessExpressOptions {
  app: Listener;
  eventSourceName: string;
  framework: object;
  eventSource: object;
  log: object;
  binarySettings: object;
}

const NAME = '@vendia/serverless-express';

type Configure = (
  options: ServerlessExpressOptions,
) => (event: unknown, context: unknown) => Promise<HttpEventResponse>;

/**
 * Serverless-express, loaded with the first HTTP event. Its `getCurrentInvoke()` is a global of the process and wrong
 * when two invocations overlap: it is never used.
 *
 * @throws {NotDeployedError} when it is missing
 */
export async function loadServerlessExpress(): Promise<Configure> {
  try {
    const { default: configure } = await import('@vendia/serverless-express');
    return configure as unknown as Configure;
  } catch (cause) {
    throw packageNotLoaded(`The package \`${NAME}\`, through which HTTP events reach the router,`, NAME, cause);
  }
}
