/** A timestamp in the local time zone: `2026-01-31 05:48:20`. */
export function formatDateTime(epochMs: number): string {
  const date = new Date(epochMs);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-');
  return `${day} ${formatTime(epochMs).slice(0, 8)}`;
}

/** A time of day in the local time zone: `05:48:20.123`. */
export function formatTime(epochMs: number): string {
  const date = new Date(epochMs);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
