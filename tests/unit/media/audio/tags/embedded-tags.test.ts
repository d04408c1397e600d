import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { ffmpeg, soundStudio } from '../../../../support/sound.ts';
import { transcode } from '../transcode.ts';

let studio: Awaited<ReturnType<typeof soundStudio>>;
let mp3: Buffer;
beforeAll(async () => {
  studio = await soundStudio();
  const bare = ['-write_xing', '0', '-id3v2_version', '0'];
  mp3 = await readFile(await studio.make('bare.mp3', 'sine=d=1', ...bare));
});
afterAll(() => studio.remove());

async function metadataOf(name: string, ...parts: Buffer[]) {
  const result = await transcode(studio.directory, await studio.save(name, Buffer.concat(parts)));
  return { ...result.metadata, files: result.files } as Record<string, unknown> & {
    files: Map<string, string>;
  };
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const u32le = (...numbers: number[]) => {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, i * 4);
  return bytes;
};

function id3v1(title: Buffer, artist: Buffer): Buffer {
  const tag = Buffer.alloc(128);
  tag.write('TAG', 'latin1');
  title.copy(tag, 3);
  artist.copy(tag, 33);
  return tag;
}

function id3v2(...frames: [id: string, content: Buffer][]): Buffer {
  const size = (bytes: number) => Buffer.from([21, 14, 7, 0].map((shift) => (bytes >> shift) & 0x7f));
  const body = Buffer.concat(
    frames.flatMap(([id, content]) => [latin1(id), size(content.length), Buffer.alloc(2), content]),
  );
  return Buffer.concat([latin1('ID3\u0004\0\0'), size(body.length), body]);
}

function ape(items: Record<string, string>): Buffer {
  const parts = Object.entries(items).map(([key, value]) =>
    Buffer.concat([u32le(Buffer.byteLength(value), 0), latin1(`${key}\0`), Buffer.from(value)]),
  );
  const body = Buffer.concat(parts);
  const footer = [u32le(2000, body.length + 32, parts.length, 0), Buffer.alloc(8)];
  return Buffer.concat([body, latin1('APETAGEX'), ...footer]);
}

/** windows-1251: the Cyrillic letters from А to я, in the order of Unicode. */
const cyrillic = (text: string) =>
  Buffer.from(
    [...text].map((letter) => (letter < 'А' ? letter.charCodeAt(0) : letter.charCodeAt(0) - 0x350)),
  );

describe('tags that are not Unicode', () => {
  test('ID3v1 in Latin-1', async () => {
    const tag = id3v1(latin1('Café Señor Übung'), latin1('Björk'));
    expect((await metadataOf('v1.mp3', mp3, tag)).tags).toMatchObject({
      ...{ title: 'Café Señor Übung', artist: 'Björk' },
    });
  });

  test('ID3v1 in Cyrillic', async () => {
    const tag = id3v1(cyrillic('Группа крови'), cyrillic('Кино'));
    expect((await metadataOf('v1ru.mp3', mp3, tag)).tags).toMatchObject({
      ...{ title: 'Группа крови', artist: 'Кино' },
    });
  });

  test('ID3v2 that says Latin-1 and holds Cyrillic', async () => {
    const text = (words: string) => Buffer.concat([Buffer.from([0]), cyrillic(words)]);
    const tag = id3v2(['TIT2', text('Группа крови')], ['TPE1', text('Кино')]);
    expect((await metadataOf('v2ru.mp3', tag, mp3)).tags).toEqual({ title: 'Группа крови', artist: 'Кино' });
  });

  test('RIFF INFO of WAV in Latin-1', async () => {
    const wav = await readFile(await studio.make('plain.wav', 'sine=d=1'));
    const data = wav.subarray(wav.indexOf('data'));
    const chunk = (id: string, content: Buffer) =>
      Buffer.concat([latin1(id), u32le(content.length), content, Buffer.alloc(content.length % 2)]);
    const info = chunk(
      'LIST',
      Buffer.concat([
        latin1('INFO'),
        chunk('INAM', latin1('Café Señor\0')),
        chunk('IART', latin1('Björk\0')),
      ]),
    );
    const body = Buffer.concat([latin1('WAVE'), wav.subarray(12, 36), info, data]);
    const { tags } = await metadataOf('info.wav', latin1('RIFF'), u32le(body.length), body);
    expect(tags).toEqual({ title: 'Café Señor', artist: 'Björk' });
  });
});

describe('APE tags', () => {
  const items = {
    Title: 'Ape – Title',
    Artist: 'Ape Artist',
    'Album Artist': 'All',
    Year: '2003',
    Track: '7/9',
  };
  const expected = { title: 'Ape – Title', artist: 'Ape Artist', albumArtist: 'All', year: 2003, track: 7 };

  test('alone', async () => {
    expect((await metadataOf('ape.mp3', mp3, ape(items))).tags).toEqual(expected);
  });

  test('before ID3v1, whose 30 characters they exceed', async () => {
    const tag = id3v1(latin1('Ape'), latin1('Ape'));
    expect((await metadataOf('ape1.mp3', mp3, ape(items), tag)).tags).toMatchObject(expected);
  });

  test('yield to ID3v2', async () => {
    const tag = id3v2(['TIT2', latin1('\u0003Own')]);
    expect((await metadataOf('ape2.mp3', tag, mp3, ape(items))).tags).toEqual({ ...expected, title: 'Own' });
  });

  test('that lie about their size are none', async () => {
    for (const bytes of [0, 31, 10_000_000, 0xffff_ffff]) {
      const tag = ape(items);
      tag.writeUInt32LE(bytes, tag.length - 20);
      expect((await metadataOf('lying.mp3', mp3, tag)).tags).toEqual({});
    }
  });
});

test('chapters come with their titles, in seconds', async () => {
  const list = `;FFMETADATA1
title=Book
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1500
title=Erstes; das = "Übel"
[CHAPTER]
TIMEBASE=1/1000
START=1500
END=3000
title=日本
`.replace('; das =', '\\; das \\=');
  const chapters = await studio.save('chapters.txt', Buffer.from(list));
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'sine=d=3',
    '-i',
    chapters,
    '-map_metadata',
    '1',
    studio.path('book.m4b'),
  );
  expect((await metadataOf('copy.m4b', await readFile(studio.path('book.m4b')))).chapters).toEqual([
    { title: 'Erstes; das = "Übel"', startSeconds: 0, endSeconds: 1.5 },
    { title: '日本', startSeconds: 1.5, endSeconds: 3 },
  ]);
});

describe('of several pictures the front cover is taken', () => {
  const picture = (side: number, background: string) =>
    sharp({ create: { width: side, height: side, channels: 3, background } })
      .png()
      .toBuffer();

  const covered = async (name: string, bytes: Buffer) => {
    const { cover, files } = await metadataOf(name, bytes);
    const { dominant } = await sharp(files.get('cover.jpg')).stats();
    return { cover, dominant };
  };
  const red = { cover: { width: 300, height: 300 }, dominant: expect.objectContaining({ b: 8, g: 8 }) };

  /** Icon, back cover, front cover, in this order, by ID3's numbers of picture types. */
  const pictures = async () =>
    [
      [1, await picture(32, 'blue')],
      [4, await picture(200, 'green')],
      [3, await picture(300, 'red')],
    ] as [number, Buffer][];

  test('ID3', async () => {
    const frames = (await pictures()).map(([type, image]): [string, Buffer] => [
      'APIC',
      Buffer.concat([latin1('\0image/png\0'), Buffer.from([type]), latin1('\0'), image]),
    ]);
    expect(await covered('id3.mp3', Buffer.concat([id3v2(...frames), mp3]))).toEqual(red);
  });

  test('unless it cannot be read: then the next', async () => {
    const frames = (await pictures()).map(([type, image]): [string, Buffer] => [
      'APIC',
      Buffer.concat([
        latin1('\0image/png\0'),
        Buffer.from([type]),
        latin1('\0'),
        type === 3 ? Buffer.from('<script>alert(1)</script>'.repeat(40)) : image,
      ]),
    ]);
    const { cover } = await covered('broken.mp3', Buffer.concat([id3v2(...frames), mp3]));
    expect(cover).toEqual({ width: 200, height: 200 });
  });

  test('FLAC', async () => {
    const flac = await readFile(await studio.make('plain.flac', 'sine=d=1'));
    const u32 = (number: number) => u32le(number).reverse();
    const blocks = (await pictures()).map(([type, image]) => {
      const mime = latin1('image/png');
      const sizes = [u32(type), u32(mime.length), mime, u32(0), Buffer.alloc(16), u32(image.length), image];
      const body = Buffer.concat(sizes);
      return Buffer.concat([Buffer.from([6]), u32(body.length).subarray(1), body]);
    });
    // STREAMINFO comes first, 34 bytes behind the signature and its own header.
    const streamInfo = flac.subarray(0, 42);
    streamInfo.writeUInt8(0, 4);
    const whole = Buffer.concat([streamInfo, ...blocks, flac.subarray(42)]);
    expect(await covered('pictures.flac', whole)).toEqual(red);
  });
});
