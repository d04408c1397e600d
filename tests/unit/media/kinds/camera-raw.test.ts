import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { detectMediaType } from '../../../../media/kinds/detect-media-type.ts';

/** A header and enough bytes behind it; file-type needs some. */
const file = (start: string) => Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(4096)]);
const TIFF = 'II*\0\x08\0\0\0';

describe('camera raw files are refused by a sentence that names the format', () => {
  test.each<[string, string, string]>([
    ['Nikon NEF', 'a.nef', TIFF],
    ['Nikon NEF', 'a.NEF', 'MM\0*\0\0\0\x08'],
    ['Pentax PEF', 'a.pef', TIFF],
    ['Sony ARW', 'a.arw', TIFF],
    ['DNG', 'IMG_1.DNG', TIFF],
    ['Phase One IIQ', 'a.iiq', TIFF],
    ['Phase One IIQ', 'a.tif', 'II*\0\x10\0\0\0IIIITwaR'],
    ['Canon CRW', 'a.crw', 'II\x1a\0\0\0HEAPCCDR'],
    ['Canon CRW', 'a.jpg', 'II\x1a\0\0\0HEAPCCDR'],
    ['Canon CR2', 'a.cr2', `${TIFF}CR\x02\0`],
    ['Canon CR3', 'a.cr3', '\0\0\0\x18ftypcrx \0\0\0\x01crx isom'],
    [
      'Panasonic RW2',
      'a.rw2',
      'IIU\0\x18\0\0\0\x88\xe7\x74\xd8\xf8\x25\x1d\x4d\x94\x7a\x6e\x77\x82\x2b\x5d\x6a',
    ],
    ['Olympus ORF', 'a.orf', 'IIRO\x08\0\0\0\x18\0'],
    ['Fujifilm RAF', 'a.raf', 'FUJIFILMCCD-RAW 0201'],
    ['Fujifilm RAF', 'a', 'FUJIFILMCCD-RAW 0201'],
    ['Sigma X3F', 'a.x3f', 'FOVb'],
  ])('%s: %s', async (format, name, start) => {
    await expect(detectMediaType(name, file(start))).rejects.toMatchObject({
      name: 'UnsupportedMediaType',
      message: `Expected a finished picture, got a camera raw file (${format}). Export it as JPEG, HEIC or TIFF, and upload that.`,
    });
  });

  test.each([
    [
      'scan.tif',
      async () =>
        sharp(await picture())
          .tiff()
          .toBuffer(),
      'image/tiff',
    ],
    [
      'renamed.nef',
      async () =>
        sharp(await picture())
          .jpeg()
          .toBuffer(),
      'image/jpeg',
    ],
  ])('%s is none', async (name, make, contentType) => {
    expect(await detectMediaType(name, await make())).toMatchObject({ contentType });
  });

  const picture = () =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
});

describe('images in ISO containers go by all their brands', () => {
  const brands = (...names: string[]) => {
    const content = Buffer.from([names[0], '\0\0\0\0', ...names.slice(1)].join(''), 'latin1');
    const start = Buffer.alloc(8);
    start.writeUInt32BE(8 + content.length);
    start.write('ftyp', 4);
    return Buffer.concat([start, content, Buffer.alloc(64)]);
  };
  test.each([
    ['a.avif', ['mif1', 'avif', 'miaf'], 'image/avif'],
    ['a.avif', ['avis', 'avis', 'msf1'], 'image/avif'],
    ['a.avif', ['msf1', 'avis'], 'image/avif'],
    ['a.avif', ['heis', 'avif'], 'image/avif'],
    ['a.heic', ['mif1', 'heic'], 'image/heic'],
    ['a.heic', ['heis', 'mif1'], 'image/heic'],
    ['a.heif', ['mif1', 'miaf'], 'image/heif'],
    ['a.mp4', ['isom', 'mif1'], 'video/mp4'],
  ])('%s of %j', async (name, names, contentType) => {
    expect(await detectMediaType(name, brands(...names))).toMatchObject({ contentType });
  });
});
