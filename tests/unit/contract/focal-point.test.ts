import { expect, test } from '@jest/globals';
import { parseFocalPoint, writeFocalPoint } from '../../../contract/focal-point.ts';

test.each([
  ['0.3,0.7', { x: 0.3, y: 0.7 }],
  ['0,1', { x: 0, y: 1 }],
  [' .5 , 1.0 ', { x: 0.5, y: 1 }],
])('the focal point %j is read', (text, point) => {
  expect(parseFocalPoint(text)).toEqual(point);
});

test.each([
  ...['', ',', '0.5', '0.5,', ',0.5', '1.01,0.5', '0.5,-0.1', '0.5,0.5,0.5', '0.5 0.5', '50%,50%', '.,.'],
  ...['0x1,0x1', 'NaN,0', '1e-1,0', 'a,b', '0.5;0.5', `0.${'1'.repeat(100_000)},0`],
])('no focal point is read from %j', (text) => {
  expect(parseFocalPoint(text)).toBeUndefined();
});

test('a focal point is written so that it is read again, to a ten-thousandth', () => {
  for (const point of [
    { x: 1e-7, y: 1 },
    { x: 1 / 3, y: 2 / 3 },
    { x: 0, y: 0.99999 },
  ]) {
    const read = parseFocalPoint(writeFocalPoint(point));
    expect(Math.abs((read?.x ?? 9) - point.x)).toBeLessThan(0.0001);
    expect(Math.abs((read?.y ?? 9) - point.y)).toBeLessThan(0.0001);
  }
});
