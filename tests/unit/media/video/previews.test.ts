import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import type { VideoProfile } from '../../../../media/profile/video-profile.ts';
import { type ClipStudio, clipStudio, H264, probed } from '../../../support/clips.ts';
import { type Transcoded, transcode } from './transcode.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

const PREVIEWS: VideoProfile['previews'] = [
  { name: 'hover', format: 'webp', seconds: 2, atSeconds: 4, side: 160, framesPerSecond: 8 },
  { name: 'teaser', format: 'mp4', seconds: 3, side: 320, framesPerSecond: 10 },
];

async function previewed(source: string): Promise<Transcoded> {
  const profile = { ...DEFAULT_PROFILE, video: { ...DEFAULT_PROFILE.video, previews: PREVIEWS } };
  return transcode(studio.directory, source, { MEDIA_PROCESSOR_CONCURRENCY: 1 }, profile);
}

/** Moves; its left half is red before four seconds, and green after. */
const COLORS =
  "testsrc2=s=640x360:r=25:d=10,drawbox=w=320:c=red:t=fill,drawbox=w=320:c=lime:t=fill:enable='gte(t,4)'";

describe('previews of ten seconds', () => {
  let made: Transcoded;
  beforeAll(async () => {
    made = await previewed(await studio.make('ten.mp4', [COLORS, 'sine=d=10'], ...H264, '-c:a', 'aac'));
  });

  test('are an animated WebP that begins where it was asked to', async () => {
    const webp = sharp(await readFile(made.file('hover.webp')), { animated: true });
    const { format, width, pageHeight, pages, loop, delay = [] } = await webp.metadata();
    expect({ format, width, pageHeight, pages, loop }).toEqual({
      ...{ format: 'webp', width: 160, pageHeight: 90, loop: 0 },
      pages: 16,
    });
    expect(delay.every((milliseconds) => milliseconds === 125)).toBe(true);
    const [red = 255, green = 0] = await webp.removeAlpha().raw().toBuffer();
    expect(green).toBeGreaterThan(red + 100);
  });

  test('are an MP4 without sound', async () => {
    const { streams, format } = await probed(made.file('teaser.mp4'));
    expect(streams).toHaveLength(1);
    expect(streams[0]).toMatchObject({ codec_name: 'h264', width: 320, height: 180, pix_fmt: 'yuv420p' });
    expect(Number(format.duration)).toBeCloseTo(3, 1);
  });

  test('are listed with their facts and a recipe of their own', () => {
    expect(made.outputs.get('hover.webp')).toMatchObject({
      contentType: 'image/webp',
      facts: { width: 160, height: 90, durationSeconds: 2, framesPerSecond: 8 },
      recipe: { name: 'preview', definition: { preview: PREVIEWS[0] } },
    });
    expect(made.outputs.get('teaser.mp4')).toMatchObject({
      contentType: 'video/mp4',
      facts: { width: 320, height: 180, durationSeconds: 3, framesPerSecond: 10 },
    });
  });
});

test('previews of a shorter, smaller and upright video have its length and size', async () => {
  const made = await previewed(await studio.make('short.mp4', ['testsrc2=s=90x120:r=20:d=1'], ...H264));
  const {
    pages,
    width,
    pageHeight,
    delay = [],
  } = await sharp(await readFile(made.file('hover.webp')), {
    animated: true,
  }).metadata();
  expect({ width, pageHeight }).toEqual({ width: 90, pageHeight: 120 });
  expect(pages).toBe(8);
  expect(delay.reduce((sum, each) => sum + each, 0)).toBe(1000);
  const teaser = await probed(made.file('teaser.mp4'));
  expect(teaser.streams[0]).toMatchObject({ width: 90, height: 120 });
  expect(Number(teaser.format.duration)).toBeCloseTo(1, 1);
});
