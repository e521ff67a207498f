/**
 * Milliseconds until Lambda ends the invocation. Contexts of tests may not know it. A time that is over is not known
 * either: Lambda would have ended the invocation.
 */
export function remainingMsOf(context: { getRemainingTimeInMillis?(): number } | undefined): number {
  const leftMs = context?.getRemainingTimeInMillis?.() ?? 0;
  return leftMs > 0 ? leftMs : Infinity;
}
