// An error of a library, and how it comes about.

/** What a promise or a function rejects with, as it is. */
export async function thrownBy(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

/**
 * @param id of the library and the situation
 * @param rule that has to decide
 * @param verdict in one letter: permanent, transient or ambiguous
 * @param provoke rejects or throws
 */
export function provoked(id, rule, verdict, provoke) {
  return {
    id,
    rule,
    verdict: { P: 'permanent', T: 'transient', A: 'ambiguous' }[verdict],
    thrown: () => thrownBy(provoke),
  };
}

/** One with a time to wait. */
export function provokedWith(retryAfterSeconds, ...parts) {
  return { ...provoked(...parts), retryAfterSeconds };
}

/** The first error that an emitter tells of. */
export const nextError = (emitter, event = 'error') => new Promise((_, reject) => emitter.once(event, reject));
