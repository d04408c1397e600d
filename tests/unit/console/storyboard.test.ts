import { describe, expect, test } from '@jest/globals';
import { tileAt, tilesOf } from '../../../console/source/outputs/storyboard.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { storyboardFor, storyboardVtt } from '../../../media/video/pictures/storyboard.ts';

describe('the pictures along a video', () => {
  test('are read as the pipeline writes them', () => {
    const board = storyboardFor({ width: 1920, height: 1080 }, 12.5, DEFAULT_PROFILE.video.storyboard);
    const tiles = tilesOf(storyboardVtt(board, 'clip_storyboard.jpg', 12.5));
    expect(tiles).toHaveLength(12);
    expect(tiles[0]).toEqual({ from: 0, to: 1, x: 0, y: 0, width: 160, height: 90 });
    expect(tiles[11]).toEqual({ from: 11, to: 12.5, x: 160, y: 90, width: 160, height: 90 });
  });

  test.each([
    [
      'without hours, with a unit and settings',
      '01:02.500 --> 01:03.000 align:start\na.jpg#xywh=pixel:1,2,3,4',
      62.5,
    ],
    [
      'with lines as Windows ends them',
      'WEBVTT\r\n\r\n01:00:00.000 --> 01:00:01.000\r\na.jpg#xywh=1,2,3,4\r\n',
      3600,
    ],
  ])('are read %s', (_how, vtt, from) => {
    expect(tilesOf(vtt)).toEqual([{ from, to: expect.any(Number), x: 1, y: 2, width: 3, height: 4 }]);
  });

  test.each([
    ['', []],
    ['WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nA caption.\n', []],
  ])('are none in %j', (vtt, tiles) => {
    expect(tilesOf(vtt)).toEqual(tiles);
  });

  test.each([
    [-1, 0],
    [0, 0],
    [9.99, 0],
    [10, 1],
    [19.5, 1],
    [25, 1],
  ])('at %d s show the one that holds it, or the nearest', (time, index) => {
    const tiles = [0, 10].map((from) => ({ from, to: from + 10, x: from, y: 0, width: 1, height: 1 }));
    expect(tileAt(tiles, time)).toBe(tiles[index]);
    expect(tileAt([], time)).toBeUndefined();
  });
});
