import type { ReadAt } from '../../base/read-at.ts';

/**
 * Reads how long a file says it is, in bytes. ffmpeg takes a truncated file's duration from what is
 * left of it and exits with 0. All of this reads untrusted bytes: Buffer checks the offsets, the
 * number of chunks is limited, and no size from the file is allocated.
 */

/** A chunk or box: its kind, the bytes before its content, and its content's bytes, if declared. */
interface Chunk {
  kind: string;
  header: number;
  content: number | undefined;
}

interface Layout {
  /** Offset of the first chunk. */
  first: number;
  chunk(header: Buffer): Chunk | undefined;
  /** Chunks that hold the sound. Only theirs may be cut; undefined: any. */
  sound?: RegExp;
  /** Chunks begin at multiples of this many bytes. */
  align: number;
}

const MAX_CHUNKS = 100_000;
const HEADER_BYTES = 24;

/**
 * Returns the number of bytes missing from the end of a WAV (RF64 and Wave64 too), AIFF, CAF, MP4 or
 * Matroska file, compared to the sizes that its own headers declare: 0 if it is complete, or was
 * streamed and so declares none. `format`: ffmpeg's demuxer.
 */
export async function missingBytes(read: ReadAt, fileBytes: number, format: string): Promise<number> {
  return (await cutChunk(read, fileBytes, format))?.missing ?? 0;
}

/** Returns the chunk or box in which such a file ends, and its bytes that are missing. */
export async function cutChunk(
  read: ReadAt,
  fileBytes: number,
  format: string,
): Promise<{ kind: string; missing: number } | undefined> {
  const layout = layoutOf(format, await read(0, 64));
  if (!layout) return undefined;
  let at = layout.first;
  let large: number | undefined;
  for (let i = 0; i < MAX_CHUNKS && at < fileBytes; i++) {
    const header = await read(at, HEADER_BYTES);
    const chunk = header.length < 8 ? undefined : layout.chunk(header);
    if (!chunk) return undefined;
    // RF64: the sizes that 32 bits cannot hold.
    if (chunk.kind === 'ds64' && header.length >= 24) large = Number(header.readBigUInt64LE(16));
    const isSound = !layout.sound || layout.sound.test(chunk.kind);
    const content = chunk.kind === 'data' && chunk.content === undefined ? large : chunk.content;
    if (content === undefined) return undefined;
    const end = at + chunk.header + content;
    if (isSound && end > fileBytes) return { kind: chunk.kind, missing: end - fileBytes };
    if (isSound && layout.sound) return undefined;
    at = Math.ceil(end / layout.align) * layout.align;
  }
  return undefined;
}

function layoutOf(format: string, head: Buffer): Layout | undefined {
  const magic = head.toString('latin1', 0, 4);
  if (format === 'wav') return { first: 12, chunk: riffChunk(magic === 'RIFX'), sound: /^data$/, align: 2 };
  if (format === 'w64') return { first: 40, chunk: w64Chunk, sound: /^data$/, align: 8 };
  if (format === 'aiff') return { first: 12, chunk: riffChunk(true), sound: /^SSND$/, align: 2 };
  if (format === 'caf') return { first: 8, chunk: cafChunk, sound: /^data$/, align: 1 };
  if (format.startsWith('mov')) return { first: 0, chunk: isoBox, align: 1 };
  if (format.startsWith('matroska')) return { first: 0, chunk: ebmlElement, align: 1 };
  return undefined;
}

const riffChunk =
  (isBigEndian: boolean) =>
  (header: Buffer): Chunk => {
    const size = isBigEndian ? header.readUInt32BE(4) : header.readUInt32LE(4);
    const kind = header.toString('latin1', 0, 4);
    // 0 and the largest values mean "unknown": the writer could not seek back.
    const isStreamed = (size === 0 && /^(data|SSND)$/.test(kind)) || size >= 0x7fff_f000;
    return { kind, header: 8, content: isStreamed ? undefined : size };
  };

/** A GUID, whose first four bytes are the chunk's name, and a size that includes both. */
function w64Chunk(header: Buffer): Chunk | undefined {
  if (header.length < 24) return undefined;
  const size = Number(header.readBigUInt64LE(16)) - 24;
  const isStreamed = size <= 0 || size > Number.MAX_SAFE_INTEGER;
  return { kind: header.toString('latin1', 0, 4), header: 24, content: isStreamed ? undefined : size };
}

/** https://developer.apple.com/library/archive/documentation/MusicAudio/Reference/CAFSpec/ */
function cafChunk(header: Buffer): Chunk | undefined {
  if (header.length < 12) return undefined;
  const size = header.readBigInt64BE(4);
  return {
    kind: header.toString('latin1', 0, 4),
    header: 12,
    content: size < 0 || size > Number.MAX_SAFE_INTEGER ? undefined : Number(size),
  };
}

/** ISO/IEC 14496-12 §4.2: size 0 reaches to the end of the file, size 1 has 64 bits. */
function isoBox(header: Buffer): Chunk | undefined {
  const kind = header.toString('latin1', 4, 8);
  const size = header.readUInt32BE(0);
  if (size === 1) {
    const large = header.length >= 16 ? Number(header.readBigUInt64BE(8)) - 16 : -1;
    return large < 0 || large > Number.MAX_SAFE_INTEGER ? undefined : { kind, header: 16, content: large };
  }
  // Anything else than a box is junk after the last one.
  if (size < 8 || !/^[\w ©-]{4}$/.test(kind)) return undefined;
  return { kind, header: 8, content: size - 8 };
}

/** An EBML header or a segment (RFC 8794 §5, 6); both have an ID of four bytes. */
function ebmlElement(header: Buffer): Chunk | undefined {
  const kind = header.toString('hex', 0, 4);
  const first = header[4] ?? 0;
  const length = Math.clz32(first) - 23;
  if (!/^(1a45dfa3|18538067)$/.test(kind) || length > 8 || header.length < 4 + length) return undefined;
  let size = first & (0xff >> length);
  let isUnknown = size === 0xff >> length;
  for (const byte of header.subarray(5, 4 + length)) {
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { kind, header: 4 + length, content: isUnknown ? undefined : size };
}

export type OggEnd = 'whole' | 'cut' | 'unmarked';

/**
 * Returns how an Ogg file ends: with a page flagged as last (EOS), in the middle of a page, or
 * after a page without the flag. `tail`: the last 128 KiB.
 */
export function oggEnd(tail: Buffer): OggEnd {
  const at = tail.lastIndexOf('OggS');
  const segments = tail[at + 26];
  if (at < 0 || segments === undefined) return 'cut';
  const lacing = tail.subarray(at + 27, at + 27 + segments);
  const end = at + 27 + segments + lacing.reduce((sum, bytes) => sum + bytes, 0);
  if (lacing.length < segments || end > tail.length) return 'cut';
  return ((tail[at + 5] ?? 0) & 4) === 4 ? 'whole' : 'unmarked';
}
