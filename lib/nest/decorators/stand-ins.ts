import { shared } from '../../process-state.js';
import type { DurableForm } from './durable-form.js';

/** A body that a test runs instead of a durable method's own, with its arguments. */
export type StandIn = (...args: never[]) => unknown;

/** Of all copies of this package, which ask it whenever the body of a durable method is about to run. */
export const standIns = shared('stand-ins', (): { of?: (form: DurableForm) => StandIn | undefined } => ({}));
