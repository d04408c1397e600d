const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  for (; value >= 999.5 && unit < BYTES.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTES[unit]}`;
}

/** Formats a duration: `3.4 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Formats a duration for narrow places: `3.4 s`, `2 min`, `1.1 h`. */
export function shortDuration(seconds: number): string {
  if (seconds < 60) return duration(seconds);
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** Formats a playback position: `1:02:03` or `2:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => `${value}`.padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const SHORT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

export const moment = (iso: string) => DAY.format(new Date(iso));
export const shortMoment = (iso: string) => SHORT.format(new Date(iso));
export const timeOfDay = (iso: string) => TIME.format(new Date(iso));

const PERCENT = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
export const percent = (share: number) => PERCENT.format(share);

/**
 * Formats a rate per minute, hour or day, such as `3.2 per minute`: a rate above zero never reads
 * as zero.
 */
export function rate(count: number, milliseconds: number): string {
  const aMinute = (count * 60_000) / Math.max(1, milliseconds);
  if (aMinute >= 1) return `${aMinute.toFixed(1)} per minute`;
  return aMinute * 60 >= 1
    ? `${(aMinute * 60).toFixed(1)} per hour`
    : `${(aMinute * 1440).toFixed(1)} per day`;
}

const COUNT = new Intl.NumberFormat();
export const count = (value: number) => COUNT.format(value);

/** Returns the original name of an upload, whose key ends in `{milliseconds}-{random}-{name}`. */
export function fileName(key: string): string {
  const file = key.split('/').at(-1) ?? key;
  return file.replace(/^\d{13}-[0-9a-f]{12}-/, '');
}

/** Converts an identifier to words: `frameRate` to `Frame rate`. */
export function words(name: string): string {
  const text = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return capitalized(text);
}

export const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
