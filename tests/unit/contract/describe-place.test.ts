import { expect, test } from '@jest/globals';
import { describePlace } from '../../../contract/describe-place.ts';

const now = new Date('2026-01-01T12:00:00Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();

test.each([
  [{ position: 1, ahead: 0 }, 'first in line'],
  [{ position: 1, ahead: 0, estimatedStart: after(-5) }, 'first in line, any moment now'],
  [{ position: 2, ahead: 1, estimatedStart: after(20) }, 'second in line, less than a minute'],
  [{ position: 3, ahead: 2, estimatedStart: after(240) }, 'third in line, about 4 minutes'],
  [{ position: 12, ahead: 11, estimatedStart: after(60) }, 'twelfth in line, about 1 minute'],
  [{ position: 13, ahead: 12, estimatedStart: after(5400) }, '13th in line, about 90 minutes'],
  [{ position: 21, ahead: 20, estimatedStart: after(7200) }, '21st in line, about 2 hours'],
  [{ position: 112, ahead: 111 }, '112th in line'],
  [{ position: 2, ahead: 2 }, 'second in line, after 1 job of other tenants'],
  [
    { position: 3, ahead: 9, estimatedStart: after(240) },
    'third in line, after 7 jobs of other tenants, about 4 minutes',
  ],
])('%j is "%s"', (place, text) => {
  expect(describePlace(place, now)).toBe(text);
});
