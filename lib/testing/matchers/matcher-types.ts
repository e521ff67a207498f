import type { Host, StepMethod } from '../nest/step-method.js';
import type { ExpectedFailure } from './expected-failure.js';

/** The matchers of `expect(run)`. @typeParam R - what the test runner's matchers return */
export interface DurableMatchers<R = void> {
  toHaveSucceeded(): R;
  toHaveFailedWith(expected: ExpectedFailure): R;
  toHaveRun(name: string, options?: { times?: number }): R;
  toHaveRun<T extends object>(host: Host<T>, method: StepMethod<T>, options?: { times?: number }): R;
  toBeSuspendedOn(name: string): R;
  toHaveCompensated(name?: string): R;
  toHaveRetried(name: string, options?: { times?: number }): R;
  toHaveRetried<T extends object>(host: Host<T>, method: StepMethod<T>, options?: { times?: number }): R;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the name by which jest's types are extended
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- must agree with jest's own declaration
    interface Matchers<R, T = {}> extends DurableMatchers<R> {}
  }
}

// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- without jest there is no such module, and nothing to extend
/** @ts-ignore -- of `@jest/globals`; absent without jest */
declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- must agree with its own declaration
  interface Matchers<R extends void | Promise<void>, T = unknown> extends DurableMatchers<R> {}
}
