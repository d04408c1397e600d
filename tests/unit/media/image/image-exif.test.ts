import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { readExif } from '../../../../media/image/source/image-exif.ts';

/** Tag, type, count and the four bytes of value or offset. */
type Entry = [tag: number, type: number, count: number, value: number];

/** A block of one table, in either byte order, with more bytes behind it from offset 200 on. */
function block(entries: Entry[], { bigEndian = false, more = Buffer.alloc(0) } = {}): Buffer {
  const bytes = Buffer.alloc(200);
  const write = (value: number, at: number, size: 2 | 4) =>
    bigEndian ? bytes.writeUIntBE(value, at, size) : bytes.writeUIntLE(value, at, size);
  bytes.write(bigEndian ? 'MM' : 'II', 'latin1');
  write(42, 2, 2);
  write(8, 4, 4);
  write(entries.length, 8, 2);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + index * 12;
    write(tag, at, 2);
    write(type, at + 2, 2);
    write(count, at + 4, 4);
    write(value, at + 8, 4);
  }
  return Buffer.concat([Buffer.from('Exif\0\0'), bytes, more]);
}
const MAKE = 0x010f;
const EXIF = 0x8769;
const GPS = 0x8825;

/** The same through sharp, for what a real file holds. */
async function written(tags: Record<string, string>): Promise<Buffer> {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
  const file = await image
    .withExif({ IFD0: { Make: 'Optics' }, IFD2: tags })
    .jpeg()
    .toBuffer();
  return (await sharp(file).metadata()).exif ?? Buffer.alloc(0);
}

describe('readExif', () => {
  test.each([false, true])('reads a table in either byte order (big-endian: %s)', (bigEndian) => {
    const more = Buffer.from('Hasselblad\0');
    expect(readExif(block([[MAKE, 2, more.length, 200]], { bigEndian, more }))).toEqual({
      camera: { make: 'Hasselblad' },
      hasLocation: false,
    });
  });

  test('reads text in UTF-8', () => {
    const more = Buffer.from('Lens & Söhne\0');
    expect(readExif(block([[MAKE, 2, more.length, 200]], { more })).camera?.make).toBe('Lens & Söhne');
  });

  test('reads exposure times as seconds', async () => {
    const facts = readExif(await written({ ExposureTime: '1/3', FNumber: '18/10', ISOSpeedRatings: '6400' }));
    expect(facts.exposure).toMatchObject({ seconds: 0.333333, aperture: 1.8, iso: 6400 });
  });

  test.each([
    ['2024:02:29 23:59:59', '+05:30', '2024-02-29T23:59:59+05:30'],
    ['2024:02:29 23:59:59', 'Z', '2024-02-29T23:59:59'],
    ['0000:00:00 00:00:00', '+00:00', undefined],
    ['2024:13:01 10:00:00', '+00:00', undefined],
    ['    :  :     :  :  ', '+00:00', undefined],
    ['yesterday', '+00:00', undefined],
  ])('takes the date %s with offset %s as %s', async (date, offset, expected) => {
    const facts = readExif(await written({ DateTimeOriginal: date, OffsetTimeOriginal: offset }));
    expect(facts.takenAt).toBe(expected);
  });

  test('says that there is a location, and never where', () => {
    expect(readExif(block([[GPS, 4, 1, 100]]))).toEqual({ hasLocation: true });
  });

  test('drops control characters and shortens a text that goes on and on', () => {
    const more = Buffer.from(`Evil\u001b[31m\nCam${'x'.repeat(1000)}`);
    const { camera } = readExif(block([[MAKE, 2, more.length, 200]], { more }));
    expect(camera?.make).toMatch(/^Evil\[31mCamx{117}$/);
  });

  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a header alone', Buffer.from('Exif\0\0II*\0')],
    ['another format', Buffer.from('<?xpacket begin="?"?>')],
    ['a table beyond the end', block([[EXIF, 4, 1, 0xffffffff]])],
    ['a table inside itself', block([[EXIF, 4, 1, 8]])],
    ['a text beyond the end', block([[MAKE, 2, 0xffffffff, 0xfffffff0]])],
    [
      'a division by zero',
      block([
        [0x829a, 5, 1, 100],
        [EXIF, 4, 1, 8],
      ]),
    ],
    ['an unknown type', block([[MAKE, 99, 1, 0]])],
    [
      'random bytes',
      Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08\xff\xff', 'latin1'), Buffer.alloc(900, 0xa7)]),
    ],
  ])('makes nothing of %s', (_label, bytes) => {
    const { hasLocation, ...facts } = readExif(bytes);
    expect({ hasLocation, ...facts }).toEqual({ hasLocation: false });
  });

  test('looks at one value of a tag that claims 60,000 of them, however many such tags there are', () => {
    const entries = Array.from({ length: 14 }, (): Entry => [0x8827, 3, 60_000, 200]);
    const pointing = block([...entries, [EXIF, 4, 1, 8]], { more: Buffer.alloc(120_000, 1) });
    expect(readExif(pointing).exposure).toEqual({ iso: 257 });
  });
});
