import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zipSync } from 'fflate';
import { MEDIA_KINDS, type MediaKind } from '../../media/kinds/kinds.ts';
import { openPixels } from '../../media/sharp/hardened-sharp.ts';
import { writePdf } from '../../samples/write-pdf.ts';
import type { Deployment } from './deployment.ts';
import type { Expected } from './output-problems.ts';

export interface Upload {
  key: string;
  body: Buffer;
  /** Absent if it must be rejected. */
  expected?: Expected;
}

type ChunkSettings = Deployment['outputs']['settings'];

interface Sample {
  file: string;
  make: (folder: string) => Buffer | Promise<Buffer>;
  when?: Expected['when'];
}

/**
 * One small file of each kind, and another for each further path to its outputs. Assumes that
 * ENABLE_HLS_TRANSCODING is enabled.
 */
const SAMPLES: Readonly<Record<MediaKind, readonly Sample[]>> = {
  IMAGE: [{ file: 'photo.jpg', make: photo }],
  VIDEO: [{ file: 'clip.mp4', make: clip, when: ['ENABLE_HLS_TRANSCODING'] }],
  AUDIO: [{ file: 'tone.wav', make: tone }],
  DOCUMENT: [
    { file: 'report.pdf', make: report, when: ['pages'] },
    { file: 'letter.docx', make: letter, when: ['pages', 'office'] },
  ],
};

export const FILM = 'film.mp4';

/**
 * Makes the samples, a film long enough to be split unless nothing is, and a corrupt file: a JPEG
 * overwritten with constant bytes.
 */
export async function makeUploads(tenant: string, settings: ChunkSettings): Promise<Upload[]> {
  const folder = await mkdtemp(join(tmpdir(), 'smoke-'));
  const keyOf = (file: string) => `tenants/${tenant}/users/smoke/media/${file}`;
  try {
    const uploads: Upload[] = [];
    for (const kind of MEDIA_KINDS)
      for (const { file, make, when = [] } of SAMPLES[kind])
        uploads.push({ key: keyOf(file), body: await make(folder), expected: { kind, when } });
    if (settings.CHUNK_ABOVE_SECONDS > 0)
      uploads.push({
        ...{ key: keyOf(FILM), body: await film(folder, settings) },
        expected: { kind: 'VIDEO', when: ['ENABLE_HLS_TRANSCODING'] },
      });
    return [...uploads, { key: keyOf('broken.jpg'), body: (await photo()).fill(0x55, 600) }];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function photo(): Promise<Buffer> {
  const size = { width: 1600, height: 1200, channels: 3 } as const;
  const data = Buffer.alloc(size.width * size.height * size.channels, '2563eb', 'hex');
  return openPixels({ ...size, data })
    .jpeg()
    .toBuffer();
}

async function clip(folder: string): Promise<Buffer> {
  const video = ['-f', 'lavfi', '-i', 'testsrc2=duration=3:size=854x480:rate=25'];
  const audio = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=3'];
  return ffmpeg(folder, [...video, ...audio, '-pix_fmt', 'yuv420p', '-shortest'], 'clip.mp4');
}

/** Small and simple pictures, since it may have to be long; of a codec that is never copied. */
function film(folder: string, { CHUNK_ABOVE_SECONDS, CHUNK_SECONDS }: ChunkSettings): Promise<Buffer> {
  const seconds = Math.max(CHUNK_ABOVE_SECONDS, 2 * CHUNK_SECONDS) + CHUNK_SECONDS / 2;
  const video = ['-f', 'lavfi', '-i', `testsrc2=duration=${seconds}:size=160x120:rate=12`];
  const audio = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
  return ffmpeg(folder, [...video, ...audio, '-c:v', 'mpeg4', '-g', '12', '-shortest'], FILM);
}

function tone(folder: string): Promise<Buffer> {
  return ffmpeg(folder, ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=3'], 'tone.wav');
}

async function ffmpeg(folder: string, args: string[], name: string): Promise<Buffer> {
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...args, join(folder, name)]);
  return readFile(join(folder, name));
}

function report(): Buffer {
  return writePdf({
    pages: [{ content: 'BT /F1 24 Tf 72 720 Td (Quarterly report) Tj ET' }],
    info: '/Title (Report)',
  });
}

/**
 * Minimal Word document:
 * https://learn.microsoft.com/en-us/office/open-xml/word/structure-of-a-wordprocessingml-document
 */
function letter(): Buffer {
  const packageTypes = 'http://schemas.openxmlformats.org/package/2006';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  const parts = {
    '[Content_Types].xml': `<Types xmlns="${packageTypes}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${word}"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packageTypes}/relationships"><Relationship Id="r1" Type="${office}" Target="word/document.xml"/></Relationships>`,
    'word/document.xml':
      '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>A letter</w:t></w:r></w:p></w:body></w:document>',
  };
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(parts).map(([path, xml]) => [path, Buffer.from(xml)]))),
  );
}
