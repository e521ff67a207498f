import { CliError } from './cli-error.js';
import { ServiceRefusal } from './service-client.js';
import type { ServiceClient } from './service-client.js';

/** The error for a failed call about a function: if there is no such function, with the names of the existing ones. */
export async function failureAbout(functionName: string, client: ServiceClient, error: unknown): Promise<unknown> {
  if (!(error instanceof ServiceRefusal) || error.code !== 'ResourceNotFoundException') return error;
  const names = (await client.functions()).map(({ name }) => name).join(', ');
  return new CliError(`There is no function ${functionName}; the service has ${names || 'none'}.`);
}
