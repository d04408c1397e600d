import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodePrimary } from '../../../../media/image/heic/child/decode-primary.ts';
import { HeifError, type Libheif, loadLibheif } from '../../../../media/image/heic/child/libheif.ts';
import { decodeHeic } from '../../../../media/image/heic/decode-heic.ts';
import { readAnswer } from '../../../../media/image/heic/heic-answer.ts';
import { decodeImage } from '../../../../media/image/source/decode-image.ts';
import { isSmallHeif } from '../../../../media/image/source/heif/heif-boxes.ts';
import { inspectImage } from '../../../../media/image/source/inspect-image.ts';
import { mutate } from '../../../support/mutation/mutate.ts';
import { seededRandom } from '../../../support/random.ts';
import { edited } from './damage.ts';
import { grid, heic, hevc, sized, TILES } from './heic/heic-file.ts';
import { OPTIONS, render } from './pictures.ts';

const WHOLE = { columns: 2, rows: 2, width: 192, height: 128 };
const TILED = heic([grid(WHOLE, 2), ...TILES]);
const BUSY = heic([hevc('noise')]);

const folder = dirname(createRequire(import.meta.url).resolve('libheif-js/package.json'));
let heif: Libheif;
beforeAll(async () => {
  heif = await loadLibheif(folder);
});

/** Decodes in this process, in milliseconds: the pixels, or libheif's complaint. */
function attempt(file: Buffer): Buffer | string {
  const at = heif._malloc(file.length + 1);
  heif.HEAPU8.set(file, at);
  try {
    return Buffer.from(decodePrimary(heif, { at, size: file.length }, OPTIONS.maxPixels).pixels);
  } catch (error) {
    if (!(error instanceof HeifError)) throw error;
    return error.problem.message;
  }
}

describe('a HEIC that was cut off', () => {
  test.each([
    ['of one picture', BUSY],
    ['of tiles', TILED],
  ])('%s is never decoded, wherever the cut is', (_label, whole) => {
    expect(Buffer.isBuffer(attempt(whole))).toBe(true);
    const step = Math.ceil(whole.length / 150);
    const decoded: number[] = [];
    for (let end = 1; end < whole.length; end += step)
      if (typeof attempt(whole.subarray(0, end)) !== 'string') decoded.push(end);
    expect(typeof attempt(whole.subarray(0, -1))).toBe('string');
    expect(decoded).toEqual([]);
  });

  test('of which only another picture is lost, is decoded whole', () => {
    const source = heic([hevc('quarters'), hevc('noise')]);
    const [cut, whole] = [attempt(source.subarray(0, -200)), attempt(source)];
    // A difference of pixels is nothing to print.
    expect(Buffer.isBuffer(cut) && Buffer.isBuffer(whole) && cut.equals(whole)).toBe(true);
  });
});

const SEED = 20_261_122;
describe(`mutated HEICs (seed ${SEED})`, () => {
  test.each([
    ['of one picture', BUSY],
    ['of tiles', TILED],
  ])('%s: 300 of them decode to the size they say, or libheif names the error', (_label, whole) => {
    const random = seededRandom(SEED);
    const source = { name: 'heic', extension: 'heic', bytes: whole };
    const answers = Array.from({ length: 300 }, () => attempt(mutate(source, random).bytes));
    const decoded = answers.filter((answer) => typeof answer !== 'string');
    expect(decoded.length).toBeGreaterThan(0);
    expect(decoded.length).toBeLessThan(300);
    expect(answers.filter((answer) => answer === '')).toEqual([]);
  });
});

describe('a HEIC is rejected by name', () => {
  const large = { ...hevc('large', [], [2048, 2048]), hidden: true };
  const square = (tiles: number) => {
    const side = 2048 * tiles;
    return heic([
      grid({ columns: tiles, rows: tiles, width: side, height: side }, 2),
      ...Array(tiles ** 2).fill(large),
    ]);
  };

  test.each<[string, Buffer, string, RegExp]>([
    [
      'with a tile missing',
      heic([grid(WHOLE, 2), ...TILES.slice(0, 3)]),
      'CorruptMedia',
      /complete HEIC.*[Mm]issing|not a proper/,
    ],
    ['whose second half did not arrive', BUSY.subarray(0, BUSY.length >> 1), 'CorruptMedia', /file bounds/],
    [
      'of which a block did not arrive',
      edited(BUSY, (copy) => copy.fill(0, copy.length - 3000, copy.length - 2000)),
      'CorruptMedia',
      /part of its image data is blank/,
    ],
    [
      'with a tile that is blank',
      edited(TILED, (copy) => copy.fill(0, copy.length - 40)),
      'CorruptMedia',
      /complete HEIC/,
    ],
    [
      'whose picture has another size than it says',
      heic([hevc('quarters', [], [400, 300])]),
      'CorruptMedia',
      /complete HEIC/,
    ],
    [
      'with more pixels than may be',
      square(3),
      'TooManyPixels',
      /at most 20 megapixels of HEIC, got 6144 × 6144/,
    ],
    [
      'with more pixels than may be behind a smaller claim',
      heic([
        grid({ columns: 3, rows: 3, width: 6144, height: 6144 }, 2, [sized(64, 64)]),
        ...Array(9).fill(large),
      ]),
      'TooManyPixels',
      /megapixels|memory/,
    ],
  ])('%s', async (_label, source, name, message) => {
    const rendering = render(source);
    await expect(rendering).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    await expect(rendering).rejects.toMatchObject({
      message: expect.not.stringMatching(/\/tmp|undefined|vips|\n|\.\.$/i),
    });
  });

  /** Decodes 268 megapixels, and sends its decoder a signal in the middle of that. */
  async function decodeWithSignal(signal: NodeJS.Signals, seconds: number): Promise<unknown> {
    const limits = { ...OPTIONS, maxPixels: 300_000_000 };
    const source = square(8);
    const { facts } = await inspectImage(source, limits);
    let over = false;
    // Pixels that arrive after all are nothing to print.
    const decoding = decodeHeic(source, facts, { ...limits, seconds }).then(() => 'decoded');
    const settled = decoding.finally(() => {
      over = true;
    });
    settled.catch(() => undefined);
    // By the time that it holds so much it is decoding.
    const busy = () => decoders().find((pid) => residentMiB(pid) > 200);
    while (!(over || busy())) await setTimeout(20);
    if (!over) process.kill(Number(busy()), signal);
    return settled;
  }

  test('that keeps its decoder busy for too long: the decoder is ended', async () => {
    await expect(decodeWithSignal('SIGSTOP', 10)).rejects.toMatchObject({
      name: 'CorruptMedia',
      message: expect.stringContaining('the decoder timed out'),
    });
    expect(decoders()).toEqual([]);
  });

  test('but not where its decoder does not start in time', async () => {
    const limits = { ...OPTIONS, seconds: 0.001 };
    const { facts } = await inspectImage(BUSY, limits);
    await expect(decodeImage(BUSY, facts, limits)).rejects.toMatchObject({
      name: 'TimedOut',
      message: expect.stringContaining('The HEIC decoder did not start: SIG'),
    });
  });

  test('whose decoder dies over it', async () => {
    await expect(decodeWithSignal('SIGKILL', 120)).rejects.toMatchObject({
      name: 'CorruptMedia',
      message: expect.stringContaining('the decoder failed'),
    });
  });
});

/** Decoders that this process runs. */
function decoders(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter(
    (pid) =>
      Number(about(pid, 'stat').split(') ')[1]?.split(' ')[1]) === process.pid &&
      about(pid, 'cmdline').includes('decode-heic-child'),
  );
}

const residentMiB = (pid: string) => (Number(about(pid, 'statm').split(' ')[1]) * 4096) / 2 ** 20;

/** Empty for a process that is gone. */
function about(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

describe('readAnswer', () => {
  const picture = { width: 2, height: 1, channels: 3 } as const;
  const lines = (...parts: string[]) => Readable.from(parts.map((part) => Buffer.from(part, 'latin1')));
  const read = async (...parts: string[]) => {
    const room = Buffer.alloc(6);
    return { ...(await readAnswer(lines(...parts), () => room)), room: room.toString('latin1') };
  };
  const head = `ready\n${JSON.stringify({ picture })}\n`;

  test.each<[string, string[]]>([
    ['in one piece', [`${head}abcdef`]],
    ['in pieces of one byte', [...`${head}abcdef`]],
  ])('reads a picture that comes %s', async (_label, parts) => {
    expect(await read(...parts)).toEqual({
      ready: true,
      finding: { picture },
      complete: true,
      room: 'abcdef',
    });
  });

  test.each<[string, string[], object]>([
    ['at once', [], { ready: false, complete: false }],
    ['after it has started', ['ready\n'], { ready: true, complete: false }],
    ['in the middle of its finding', ['ready\n{"pic'], { ready: true, complete: false }],
    ['in the middle of the pixels', [`${head}abc`], { ready: true, complete: false, finding: { picture } }],
  ])('tells that the decoder ended %s', async (_label, parts, expected) => {
    expect(await read(...parts)).toMatchObject(expected);
  });

  test('refuses more pixels than announced', async () => {
    await expect(read(`${head}abcdefg`)).rejects.toThrow('too many bytes');
  });
});

describe('isSmallHeif', () => {
  test('is true of a picture whose header has many items, which is decoded', async () => {
    const many = heic([
      grid(WHOLE, 2),
      ...TILES,
      ...Array.from({ length: 300 }, () => ({ ...TILES[0], hidden: true }) as (typeof TILES)[0]),
    ]);
    expect(await isSmallHeif(many)).toBe(true);
    expect((await render(many)).metadata).toMatchObject({ width: 192 });
  });

  test.each<[string, Buffer]>([
    ['a header of a megabyte', Buffer.concat([box(1_000_000, 'meta'), TILED])],
    ['boxes without end', Buffer.concat(Array(60).fill(box(8, 'free')))],
    ['a box that is smaller than its own head', box(4, 'meta')],
  ])('is false of %s', async (_label, source) => {
    expect(await isSmallHeif(source)).toBe(false);
  });

  function box(size: number, type: string): Buffer {
    const bytes = Buffer.alloc(Math.max(size, 8));
    bytes.writeUInt32BE(size);
    bytes.write(type, 4, 'latin1');
    return bytes;
  }
});
