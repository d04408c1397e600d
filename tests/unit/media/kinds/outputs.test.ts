import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { describeOutput } from '../../../../media/kinds/describe-output.ts';
import type { MediaKind } from '../../../../media/kinds/kinds.ts';
import { OUTPUTS, type OutputRow } from '../../../../media/kinds/outputs.ts';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { type ClipStudio, clipStudio, H264 } from '../../../support/clips.ts';
import { outputsOf } from '../../../support/made-outputs.ts';
import { namesOf, outputProblems } from '../../../support/output-names.ts';

let studio: ClipStudio;
const made: Partial<Record<MediaKind, string[]>> = {};
beforeAll(async () => {
  studio = await clipStudio();
  for (const { kind, file, ...more } of await samples()) {
    const names = (await outputsOf(studio.path(file), { kind, ...more })).keys();
    made[kind] = [...(made[kind] ?? []), ...names];
  }
});
afterAll(() => studio.remove());

interface Sample {
  kind: MediaKind;
  file: string;
  contentType?: string;
  /** Comes from an Office document. */
  converted?: { key: string; etag: string };
}

/** One file of each kind, and more where another file makes other outputs. */
async function samples(): Promise<Sample[]> {
  const picture = (channels: 3 | 4) =>
    sharp({ create: { width: 64, height: 48, channels, background: '#2563eb80' } });
  await picture(3).jpeg().toFile(studio.path('photo.jpg'));
  await picture(4).png().toFile(studio.path('logo.png'));
  await sticker(140).webp().toFile(studio.path('sticker.webp'));
  await studio.make('film.mp4', ['testsrc2=s=1920x1080:r=10:d=1', 'sine=d=1'], ...H264, '-c:a', 'aac');
  const cover = ['-map', '0', '-map', '1', '-c:v', 'copy', '-disposition:v', 'attached_pic'];
  await studio.make('tone.wav', ['sine=d=1']);
  await studio.make('song.mp3', ['tone.wav', 'photo.jpg'], ...cover, '-c:a', 'libmp3lame');
  await studio.make('logo.mp3', ['tone.wav', 'logo.png'], ...cover, '-c:a', 'libmp3lame');
  const content = 'BT /F1 24 Tf 72 720 Td (Quarterly report) Tj ET';
  await writeFile(studio.path('report.pdf'), writePdf({ pages: [{ content }] }));
  const converted = { key: 'processed/report_document.pdf', etag: '"pdf"' };
  return [
    { kind: 'IMAGE', file: 'photo.jpg', contentType: 'image/jpeg' },
    { kind: 'IMAGE', file: 'logo.png', contentType: 'image/png' },
    { kind: 'IMAGE', file: 'sticker.webp', contentType: 'image/webp' },
    { kind: 'VIDEO', file: 'film.mp4' },
    { kind: 'AUDIO', file: 'song.mp3' },
    { kind: 'AUDIO', file: 'logo.mp3' },
    { kind: 'DOCUMENT', file: 'report.pdf', contentType: 'application/msword', converted },
  ];
}

/** A round picture on nothing, in a format that stores it in fewer bytes than PNG. */
function sticker(side: number) {
  const pixels = Buffer.alloc(side * side * 4);
  for (let at = 0; at < side * side; at++) {
    const [x, y] = [at % side, Math.floor(at / side)];
    const isInside = Math.hypot(x - side / 2, y - side / 2) < side / 2;
    pixels.set([(x * y) % 251, (x * x) % 241, (y * 7) % 239, isInside ? 255 : 0], at * 4);
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 4 } });
}

describe('OUTPUTS', () => {
  test('lists what files of every kind become, and nothing else', () => {
    expect(outputProblems(made)).toEqual([]);
  });

  test('is named where a row is forgotten, made of another kind, or made by nothing', () => {
    const palette = { name: 'palette.json', label: 'Palette', role: 'metadata', kinds: ['IMAGE'] } as const;
    expect(outputProblems(made, [...OUTPUTS, palette])).toEqual([
      'OUTPUTS says that palette.json is made of IMAGE, which nothing does',
    ]);
    const without = (name: string): OutputRow[] => OUTPUTS.filter((row) => row.name !== name);
    expect(outputProblems(made, without('poster.jpg'))).toEqual([
      'poster.jpg is made of VIDEO, which no row of OUTPUTS says',
    ]);
    const frame = { name: 'page_{page}.{picture}', label: 'Page', role: 'page', kinds: [] } as const;
    expect(outputProblems(made, [...without('page_{page}.{still}'), frame])).toEqual([
      'page_0001.webp is made of DOCUMENT, which no row of OUTPUTS says',
    ]);
  });

  test('gives each of its names its own row and a label without places', () => {
    for (const row of OUTPUTS)
      for (const name of namesOf(row)) {
        const { label, ...found } = describeOutput(name) ?? {};
        expect({ name, ...found }).toMatchObject({ role: row.role, kinds: row.kinds });
        expect(label).toMatch(/^[^{}]+$/);
      }
  });

  test.each([
    ['page_0020.webp', 'Page 20'],
    ['720p.mp4', '720p MP4'],
    ['hls/480p/00000.m4s', '480p segment 0'],
    ['thumb_small.png', 'Small thumbnail'],
  ])('calls %s "%s"', (name, label) => {
    expect(describeOutput(name)).toMatchObject({ label });
  });

  test.each(['frame_01.jpg', 'page_0001.gif', 'hls/../x', 'thumb_tiny.jpg', 'Xoptimized.jpg', 'textXtxt'])(
    'has no row for %s',
    (name) => {
      expect(describeOutput(name)).toBeUndefined();
    },
  );
});
