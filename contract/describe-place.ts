import type { QueuePlace } from './job-api.ts';

const MINUTE = 60_000;
const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(
  ' ',
);

/** Describes a place in line for people: `third in line, about 4 minutes`. */
export function describePlace({ position, ahead, estimatedStart }: QueuePlace, now: Date): string {
  const others = ahead - (position - 1);
  return [
    `${ordinal(position)} in line`,
    ...(others > 0 ? [`after ${others} ${others === 1 ? 'job' : 'jobs'} of other tenants`] : []),
    ...(estimatedStart ? [wait(Date.parse(estimatedStart) - now.getTime())] : []),
  ].join(', ');
}

function ordinal(position: number): string {
  const word = ORDINALS[position - 1];
  if (word) return word;
  const [tens, ones] = [position % 100, position % 10];
  const isTeen = tens > 10 && tens < 14;
  return `${position}${(!isTeen && { 1: 'st', 2: 'nd', 3: 'rd' }[ones]) || 'th'}`;
}

function wait(milliseconds: number): string {
  if (milliseconds <= 0) return 'any moment now';
  const minutes = Math.round(milliseconds / MINUTE);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `about ${Math.round(minutes / 60)} hours`;
}
