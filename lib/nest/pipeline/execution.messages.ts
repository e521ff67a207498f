import { asSentence } from '../../wire/as-sentence.js';

/** Loaded with the first execution; what is loaded at a start has its messages in `pipeline.messages.ts`. */

/** The end of a sentence: the text of an error may have a full stop. */
const because = (reason: string | undefined): string => (reason === undefined ? '.' : `: ${asSentence(reason)}`);

export const refusedAfterAdmission = (who: string, ending: string, reason: string | undefined): string =>
  `The execution was admitted and had started; now ${who} has ended it by ${ending}, before its method was called` +
  `${because(reason)} Every invocation must take the path of the first: put a check whose ` +
  'result may change into a guard, whose refusal is ignored after admission, or into a step of the method.';

export const outageAfterAdmission = (who: string, ending: string, reason: string | undefined): string =>
  `The execution was admitted and had started; now ${who} has ended this invocation by ${ending}, before its method was ` +
  `called${because(reason)} Such a failure may pass, so another invocation follows.`;

export const responseNotEnded = (): string =>
  'The method has ended, but its response has not: with @Res() or @Next() Nest leaves that to the method, and sends no ' +
  'value of an interceptor either. ' +
  'End the response, or use @Res({ passthrough: true }) and return the body.';

export const secondMethod = (method: string): string =>
  `A request has reached a second @Durable() method, or one for the second time, as by next(): ${method}(). An execution ` +
  'runs one, once: call what it does as a plain method, or start another execution of it with DurableClient.';

export const failedGlobalGuard = (guard: string): string =>
  `thrown by the global guard ${guard} on a direct call, which has no HTTP request. If the guard is for HTTP, exclude global ` +
  'guards from direct calls: DurableExecutionModule.forRoot({ direct: { globalGuards: false } })';

export const failedOwnGuard = (guard: string): string =>
  `thrown by the guard ${guard} on a direct call, which has no HTTP request: getRequest() returns the input. If the guard ` +
  "needs a request, let it return true where context.getType() is 'durable', or make the method a route of a controller";

export const failedWithoutRequest = (who: string): string =>
  `thrown by ${who} on a direct call, which has no HTTP request: getRequest() returns the input. If it needs a request, let it ` +
  "do nothing where context.getType() is 'durable', or make the method a route of a controller";

export const savedRequestTooLarge = (bytes: number, limit: number, sizes: readonly string[]): string =>
  `Guards have put ${bytes} bytes of JSON on the request, and at most ${limit} are kept (${sizes.join(', ')}). ` +
  'Choose what to keep: DurableExecutionModule.forRoot({ admission: { save, restore } }).';

export const memberNotSaved = (member: string): string =>
  `"${member}" was put on the request by a guard when the execution was admitted. It is not data, so it was not saved, and that ` +
  'guard refuses now. Create it again in admission.restore(), or in a guard that does not refuse.';

export const guardLacksData = (guard: string, reason: string): string =>
  `${guard} cannot do now what it did before the execution was admitted, because it reads what was not saved then. What ` +
  `it would set is missing in this invocation: ${reason}`;

export const methodNotSaved = (member: string): string =>
  `request.${member} does not exist: what guards put on the request is saved as data, so that it is the same in every ` +
  'invocation. Create an instance again in admission.restore(), or in the method.';
