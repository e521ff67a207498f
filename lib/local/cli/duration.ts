const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1000 },
] as const;

/** Writes a duration for people: `7 ms`, `4.2 s`, `3 min 20 s`, `2 d 5 h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs));
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const index = UNITS.findIndex((unit) => ms >= unit.ms);
  const [large, small] = UNITS.slice(index, index + 2);
  if (!large || !small) return `${ms} ms`;
  const rest = Math.floor((ms % large.ms) / small.ms);
  return `${Math.floor(ms / large.ms)} ${large.name}${rest > 0 ? ` ${rest} ${small.name}` : ''}`;
}
