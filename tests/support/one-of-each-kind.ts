import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { writeDocx } from '../../samples/write-office.ts';
import { writePdf } from '../../samples/write-pdf.ts';
import { clipStudio, H264, PICTURE, SOUND } from './clips.ts';

/** Upload of a kind that takes a way of its own through the state machine, and one output that it must have. */
export interface Sample {
  file: string;
  content: Buffer;
  output: string;
}

type Maker = (variant: number) => Promise<Buffer>;

const picture = (variant: number) =>
  sharp({
    create: {
      ...{ width: 320 + 16 * (variant % 8), height: 240, channels: 3 },
      background: `hsl(${(variant * 67) % 360}, 60%, 50%)`,
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
const text = (variant: number) => `Page of variant ${variant}`;
const sound = (variant: number) => `${SOUND}:f=${440 + variant}`;

async function recorded(name: string, sources: string[], ...args: string[]): Promise<Buffer> {
  const studio = await clipStudio();
  try {
    return await readFile(await studio.make(name, sources, ...args));
  } finally {
    await studio.remove();
  }
}

/** The quick ones first. */
const KINDS: readonly [file: string, output: string, make: Maker][] = [
  ['picture.png', 'thumb_small.jpg', (variant) => picture(variant).png().toBuffer()],
  ['tone.wav', 'waveform.json', (variant) => recorded('tone.wav', [sound(variant)])],
  [
    'paper.pdf',
    'page_0002.webp',
    async (variant) => {
      const page = { content: `BT /F1 24 Tf 72 700 Td (${text(variant)}) Tj ET` };
      return writePdf({ pages: [page, page] });
    },
  ],
  ['notes.txt', 'text.txt', async (variant) => Buffer.from(`${text(variant)}\n`)],
  ['photo.jpg', 'webp.webp', (variant) => picture(variant).jpeg().toBuffer()],
  [
    'letter.docx',
    'document.pdf',
    // In one font: LibreOffice 7.4 writes several in the order of their memory addresses (media/office/stable-pdf.ts).
    async (variant) => writeDocx({ title: '', paragraphs: [text(variant)] }),
  ],
  ['clip.mp4', 'hls/master.m3u8', (variant) => recorded('clip.mp4', [PICTURE, sound(variant)], ...H264)],
];
export const KIND_COUNT = KINDS.length;

/** Makes one small file of each of the first `count` kinds; `variant` makes the files differ from others'. */
export const oneOfEachKind = (count: number, variant = 0): Promise<Sample[]> =>
  Promise.all(
    KINDS.slice(0, count).map(async ([file, output, make]) => ({
      file,
      output,
      content: await make(variant),
    })),
  );
