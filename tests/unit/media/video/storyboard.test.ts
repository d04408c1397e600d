import { describe, expect, test } from '@jest/globals';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { storyboardFor, storyboardVtt } from '../../../../media/video/pictures/storyboard.ts';

describe('a storyboard', () => {
  test.each([
    ['a tenth of a second', 0.1, { tiles: 1, interval: 1, columns: 1, rows: 1 }],
    ['five seconds and a bit', 5.05, { tiles: 5, interval: 1, columns: 5, rows: 1 }],
    ['99 seconds', 99, { tiles: 99, interval: 1, columns: 10, rows: 10 }],
    ['four hours', 14_400, { tiles: 100, interval: 144, columns: 10, rows: 10 }],
  ])('of %s', (_label, seconds, expected) => {
    expect(storyboardFor({ width: 1920, height: 1080 }, seconds, DEFAULT_PROFILE.video.storyboard)).toEqual({
      tile: { width: 160, height: 90 },
      ...expected,
    });
  });

  test('has cues without gaps that name each rectangle of the sprite, the last to the very end', () => {
    const board = storyboardFor({ width: 1080, height: 1920 }, 12, DEFAULT_PROFILE.video.storyboard);
    const vtt = storyboardVtt(board, 'my%20clip_storyboard.jpg', 3723.5);
    expect(vtt.split('\n').slice(0, 4)).toEqual([
      'WEBVTT',
      '',
      '00:00:00.000 --> 00:00:01.000',
      'my%20clip_storyboard.jpg#xywh=0,0,90,160',
    ]);
    expect(vtt).toContain('00:00:10.000 --> 00:00:11.000\nmy%20clip_storyboard.jpg#xywh=0,160,90,160\n');
    expect(vtt).toContain('00:00:11.000 --> 01:02:03.500\nmy%20clip_storyboard.jpg#xywh=90,160,90,160\n');
  });
});
