export const JitterStrategy = {
  /** The computed delay itself. */
  NONE: 'NONE',
  /** Between nothing and the computed delay. */
  FULL: 'FULL',
  /** Between half the computed delay and all of it. */
  HALF: 'HALF',
} as const;
export type JitterStrategy = (typeof JitterStrategy)[keyof typeof JitterStrategy];

/** Whole seconds, at least one; spread so that many failing executions do not retry at the same time. */
export function jittered(seconds: number, jitter: JitterStrategy): number {
  return Math.max(1, Math.round(seconds * share(jitter)));
}

function share(jitter: JitterStrategy): number {
  switch (jitter) {
    case 'NONE':
      return 1;
    case 'FULL':
      return Math.random();
    case 'HALF':
      return 0.5 + Math.random() / 2;
    default:
      return jitter satisfies never;
  }
}
