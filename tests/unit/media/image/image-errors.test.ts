import { expect, test } from '@jest/globals';
import { encoderError } from '../../../../media/image/source/image-errors.ts';

test('an encoder of pixels that fails without a reason was refused memory or threads', () => {
  for (const text of ['Warning treated as error due to failOn setting', 'Unknown error'])
    expect(encoderError(new Error(text), 'thumb_small.jpg')).toMatchObject({ name: 'OutOfMemory' });
  const bug = new Error('extract_area: bad extract area');
  expect(encoderError(bug, 'thumb_small.jpg')).toBe(bug);
});
