import { nextTurn, realNowMs } from './event-loop.js';
import type { VirtualClock } from './virtual-clock.js';

/** Real milliseconds for which code may run while a test lets time pass; then the test fails because the code hangs. */
const PATIENCE_MS = 5000;
/** Event-loop turns in which nothing happens before executions count as idle. */
const QUIET_TURNS = 3;

type Fail = (problem: string) => Error;

/** Lets virtual time pass, and runs everything that becomes due in it. @throws when some code runs on and on */
export async function letTimePass(clock: VirtualClock, byMs: number, fail: Fail): Promise<void> {
  clock.goOn();
  await standstill(clock, fail);
  const targetMs = clock.now() + byMs;
  while (clock.step(targetMs)) await standstill(clock, fail);
  clock.advance(targetMs - clock.now());
  await standstill(clock, fail);
}

/** Resolves when no code of any execution runs, or nobody waits for that. @throws when some runs on and on */
export async function standstill(clock: VirtualClock, fail: Fail, isAwaited = () => true): Promise<void> {
  const lateMs = realNowMs() + PATIENCE_MS;
  for (let quietTurns = 0; quietTurns < QUIET_TURNS && isAwaited();) {
    await nextTurn();
    quietTurns = clock.isHeld ? 0 : quietTurns + 1;
    if (realNowMs() > lateMs) throw fail('Time cannot pass while code runs, and some code has run for 5 seconds');
  }
}
