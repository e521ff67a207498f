/** What a soak execution does, and the value it must end with however often it is interrupted. */
export type SoakOperation =
  | { kind: 'step'; path: string; fails: number; lastsMs: number; value: string }
  | { kind: 'wait'; path: string; seconds: number }
  | { kind: 'callback'; path: string }
  | { kind: 'child'; path: string; body: SoakOperation[] }
  | { kind: 'parallel'; path: string; branches: SoakOperation[][] }
  | { kind: 'invokePlain'; path: string; value: string }
  | { kind: 'invokeDurable'; path: string; body: SoakOperation[] };

export type Random = () => number;

/** A step gives up after its third attempt. */
const STEP_ATTEMPTS = 3;

/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function randomProgram(random: Random): SoakOperation[] {
  return randomBody(random, { prefix: 'o', depth: 0 });
}

interface Place {
  prefix: string;
  depth: number;
}

function randomBody(random: Random, place: Place): SoakOperation[] {
  const length = 1 + Math.floor(random() * (place.depth === 0 ? 5 : 3));
  return Array.from({ length }, (_, index) =>
    randomOperation(random, { ...place, prefix: `${place.prefix}.${index}` }),
  );
}

function randomOperation(random: Random, { prefix: path, depth }: Place): SoakOperation {
  const inner = { prefix: path, depth: depth + 1 };
  const draw = random() * (depth < 2 ? 1 : 0.7);
  if (draw < 0.4) return { kind: 'step', path, fails: failsOf(random()), lastsMs: lastsMsOf(random()), value: path };
  if (draw < 0.55) return { kind: 'wait', path, seconds: 1 + Math.floor(random() * 5) };
  if (draw < 0.63) return { kind: 'callback', path };
  if (draw < 0.7) return { kind: 'invokePlain', path, value: path };
  if (draw < 0.8) return { kind: 'child', path, body: randomBody(random, inner) };
  if (draw < 0.9) return { kind: 'parallel', path, branches: branchesOf(random, inner) };
  return { kind: 'invokeDurable', path, body: randomBody(random, inner) };
}

function branchesOf(random: Random, { prefix, depth }: Place): SoakOperation[][] {
  return [0, 1, 2].map((branch) => randomBody(random, { prefix: `${prefix}.${branch}`, depth }));
}

/** Mostly short; some take long enough to be killed or paused in the middle. */
function lastsMsOf(draw: number): number {
  return draw < 0.85 ? Math.floor(draw * 15) : 250;
}

function failsOf(draw: number): number {
  if (draw < 0.75) return 0;
  return draw < 0.95 ? 1 : STEP_ATTEMPTS;
}

/** The uninterrupted twin: what the interpreter in `functions.mjs` returns. */
export function valueOf(body: readonly SoakOperation[]): unknown[] {
  return body.map((operation) => {
    switch (operation.kind) {
      case 'step':
        return operation.fails < STEP_ATTEMPTS ? operation.value : `gave up ${operation.path}`;
      case 'wait':
        return `waited ${operation.path}`;
      case 'callback':
        return `answered answer to ${operation.path}`;
      case 'child':
      case 'invokeDurable':
        return valueOf(operation.body);
      case 'parallel':
        return operation.branches.map(valueOf);
      case 'invokePlain':
        return `plain ${operation.value}`;
      default:
        return operation satisfies never;
    }
  });
}
