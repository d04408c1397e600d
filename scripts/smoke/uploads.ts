import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zipSync } from 'fflate';
import { openPixels } from '../../media/sharp/hardened-sharp.ts';
import { writePdf } from '../../samples/write-pdf.ts';

export interface Upload {
  key: string;
  body: Buffer;
  expect: 'COMPLETED' | 'REJECTED';
  /** Outputs that must be there, besides metadata and manifest. */
  outputs: string[];
}

/** One small file of each kind, and one that is none: bytes of noise that say they are a picture. */
export async function makeUploads(tenant: string): Promise<Upload[]> {
  const folder = await mkdtemp(join(tmpdir(), 'smoke-'));
  try {
    const files = {
      'photo.jpg': { body: await photo(), outputs: ['thumb_small.jpg', 'optimized.jpg', 'webp.webp'] },
      'clip.mp4': { body: await clip(folder), outputs: ['480p.mp4', 'poster.jpg', 'hls/master.m3u8'] },
      'tone.wav': {
        body: await tone(folder),
        outputs: ['audio.mp3', 'audio.m4a', 'audio.ogg', 'waveform.json'],
      },
      'report.pdf': { body: report(), outputs: ['thumb_small.jpg', 'page_0001.webp', 'text.txt'] },
      'letter.docx': { body: letter(), outputs: ['document.pdf', 'text.txt'] },
      'broken.jpg': { body: (await photo()).fill(0x55, 600), outputs: [] },
    };
    return Object.entries(files).map(([name, { body, outputs }]) => ({
      key: `tenants/${tenant}/users/smoke/media/${name}`,
      body,
      outputs,
      expect: outputs.length > 0 ? 'COMPLETED' : 'REJECTED',
    }));
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

const tone = (folder: string) =>
  ffmpeg(folder, ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=3'], 'tone.wav');

async function ffmpeg(folder: string, args: string[], name: string): Promise<Buffer> {
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...args, join(folder, name)]);
  return readFile(join(folder, name));
}

const report = () =>
  writePdf({
    pages: [{ content: 'BT /F1 24 Tf 72 720 Td (Quarterly report) Tj ET' }],
    info: '/Title (Report)',
  });

/** The smallest Word document: https://learn.microsoft.com/en-us/office/open-xml/word/structure-of-a-wordprocessingml-document */
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
