/** `step` is the precision with which a duration of this unit is written. */
const UNITS = [
  { name: 'd', ms: 86_400_000, step: 3_600_000 },
  { name: 'h', ms: 3_600_000, step: 60_000 },
  { name: 'min', ms: 60_000, step: 1000 },
  { name: 's', ms: 1000, step: 100 },
] as const;

/** Writes a duration for people: `7 ms`, `4.2 s`, `3 min 20 s`, `2 d 5 h`. */
export function formatDuration(durationMs: number): string {
  const exact = Math.max(0, Math.round(durationMs));
  const unit = UNITS.find(({ ms }) => exact >= ms);
  if (!unit) return `${exact} ms`;
  // Rounded, not cut: a wait of two days that was recorded with a millisecond less has still taken two days.
  const rounded = Math.round(exact / unit.step) * unit.step;
  const index = UNITS.findIndex(({ ms }) => rounded >= ms);
  const [large, small] = UNITS.slice(index, index + 2);
  if (!large || !small) return `${rounded / 1000} s`;
  const rest = (rounded % large.ms) / small.ms;
  return `${Math.floor(rounded / large.ms)} ${large.name}${rest > 0 ? ` ${rest} ${small.name}` : ''}`;
}
