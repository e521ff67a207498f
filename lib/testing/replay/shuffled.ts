import type { AroundAttempt } from '../../engine/invocation/engine-config.js';
import type { TestBench } from '../test-bench.js';
import { nextTurn } from '../time/event-loop.js';

/**
 * Makes concurrent bodies of attempts end in another order, derived from a seed: a body that has ended waits until it
 * is drawn.
 * @returns ends it
 */
export function shuffled(bench: TestBench, seed: number): () => void {
  const random = randomOf(seed);
  const ended: Array<() => void> = [];
  let isDrawing = false;
  const draw = async () => {
    isDrawing = true;
    // Bodies that are about to end in the same turns take part in the draw.
    while (ended.length > 0) {
      await nextTurn();
      await nextTurn();
      const [release] = ended.splice(Math.floor(random() * ended.length), 1);
      release!();
    }
    isDrawing = false;
  };
  const around: AroundAttempt = async (_subject, body) => {
    const outcome = await body().then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    await new Promise<void>((resolve) => {
      ended.push(resolve);
      if (!isDrawing) void draw();
    });
    return outcome();
  };
  return bench.around(around);
}

/** Mulberry32: small, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
