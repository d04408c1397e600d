import sharp from 'sharp';
import type { MediaKind } from '../../../media/kinds/kinds.ts';
import { writePdf } from '../../../samples/write-pdf.ts';
import { type ClipStudio, H264 } from '../clips.ts';

export interface Sample {
  kind: MediaKind;
  file: string;
  /** Pixels; of a document, of a page as it is drawn. */
  width: number;
  height: number;
  /** Frames of an animation, or pages. */
  count: number;
  seconds: number;
  hasAlpha: boolean;
}

const PAGES = 3;
/** Of different brightness: the encoder of WebP makes one of frames that are alike. */
const FRAMES = 5;

/** One small file of each kind, and of images one of each sort. */
export async function makeSamples(studio: ClipStudio): Promise<Sample[]> {
  const [width, height] = [170, 100];
  const pixels = (channels: 3 | 4, shift: number) =>
    Buffer.alloc(width * height * channels).map((_, i) =>
      i % channels === 3 ? 128 : ((i * 7) % 50) + shift,
    );
  const picture = (channels: 3 | 4, shift = 0) =>
    sharp(pixels(channels, shift), { raw: { width, height, channels } }).png().toBuffer();
  await studio.save('picture.png', await picture(3));
  await studio.save('sticker.png', await picture(4));
  const frames = await Promise.all(Array.from({ length: FRAMES }, (_, i) => picture(3, 50 * i)));
  await sharp(frames, { join: { animated: true } })
    .gif()
    .toFile(studio.path('animation.gif'));
  await studio.make('film.mp4', ['testsrc2=s=480x270:r=10:d=2', 'sine=d=2'], ...H264, '-c:a', 'aac');
  await studio.make('sound.wav', ['anoisesrc=d=2:c=pink:r=44100'], '-ac', '2');
  const page = { content: 'BT /F1 48 Tf 72 600 Td (Page) Tj ET', width: 600, height: 800 };
  await studio.save('report.pdf', writePdf({ pages: Array.from({ length: PAGES }, () => page) }));
  const still = { width, height, count: 1, seconds: 0, hasAlpha: false };
  return [
    { ...still, kind: 'IMAGE', file: 'picture.png' },
    { ...still, kind: 'IMAGE', file: 'sticker.png', hasAlpha: true },
    { ...still, kind: 'IMAGE', file: 'animation.gif', count: FRAMES },
    { ...still, kind: 'VIDEO', file: 'film.mp4', width: 480, height: 270, seconds: 2 },
    { ...still, kind: 'AUDIO', file: 'sound.wav', seconds: 2 },
    { ...still, kind: 'DOCUMENT', file: 'report.pdf', width: 1200, height: 1600, count: PAGES },
  ];
}
