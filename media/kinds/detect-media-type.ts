import { fileTypeFromBuffer } from 'file-type';
import { MediaError } from '../../base/errors.ts';
import { extensionOf } from '../../base/file-name.ts';
import { HEAD_BYTES } from '../../base/head-bytes.ts';
import { cameraRawError, cameraRawFormat } from './camera-raw.ts';
import { detectDocumentType, isTextByMistake } from './detect-document-type.ts';
import { detectSoundType } from './detect-sound-type.ts';
import { knownUnsupported } from './known-unsupported.ts';
import { MEDIA_TYPES, type MediaType, mediaTypesOfExtension } from './media-type.ts';
import { id3v2Bytes } from './mpeg-audio.ts';

export interface DetectedType extends MediaType {
  /** Internet media type. */
  contentType: string;
  /** Present if the extension belongs to another type of the same kind. */
  misnamed?: { note: string; refusal: string };
}

/** Reads bytes of the file at an offset; fewer at its end. */
export type ReadMore = (position: number, length: number) => Promise<Buffer>;

/**
 * Detects the media type from the first bytes alone; behind an ID3 tag that is longer, from as many
 * bytes after it (`readMore`, called at most once). Throws `UnsupportedMediaType` for a type that
 * the pipeline does not support, and `MediaTypeMismatch` if the extension belongs to types of
 * another kind alone, or to any while the content is not recognized. Other extensions are ignored.
 */
export async function detectMediaType(
  file: string,
  start: Buffer,
  readMore?: ReadMore,
): Promise<DetectedType> {
  const head = await behindTags(start, readMore);
  const extension = extensionOf(file);
  const sniffed = await sniff(head, extension);
  const raw = cameraRawFormat(head, extension, sniffed);
  if (raw) throw cameraRawError(raw);
  const mime =
    heifImage(head) ??
    detectSoundType(head, extension, sniffed) ??
    sound(sniffed, extension) ??
    tiff(head, extension) ??
    transportStream(head, extension);
  const contentType = detectDocumentType(head, extension, mime) ?? mime ?? '';
  const type = MEDIA_TYPES[contentType];
  const promised = mediaTypesOfExtension(extension);
  // What people know by this extension: .mov is QuickTime, though MP4 and 3GP may be called so.
  const usual = promised.find(({ extensions }) => extensions[0] === extension) ?? promised[0];
  if (!type) {
    const known = knownUnsupported(head, extension, contentType || undefined);
    const content = known ?? (sniffed ? contentType : 'of no known type');
    const found = `its content is ${content}`;
    if (usual && !sniffed)
      throw new MediaError(
        'MediaTypeMismatch',
        `Expected ${usual.label} content in a .${extension} file; ${found}.`,
      );
    throw new MediaError('UnsupportedMediaType', `Expected ${supported()}; ${found}.`);
  }
  if (!usual || type.extensions.includes(extension)) return { ...type, contentType };
  const refusal = `Expected ${usual.label} content in a .${extension} file; its content is ${type.label} (usually .${type.extensions[0]}).`;
  if (!promised.some(({ kind }) => kind === type.kind)) throw new MediaError('MediaTypeMismatch', refusal);
  const note = `The file is named .${extension}, but is ${type.label}.`;
  return { ...type, contentType, misnamed: { note, refusal } };
}

async function sniff(head: Buffer, extension: string): Promise<string | undefined> {
  // It inflates the first entries of an archive; where a damaged one makes it throw, the type is unknown.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  return found && isTextByMistake(head, extension, found.mime) ? undefined : found?.mime;
}

/** Returns the bytes behind the ID3 tags at the start of a file: tags may hold pictures of megabytes. */
async function behindTags(start: Buffer, readMore?: ReadMore): Promise<Buffer> {
  let at = 0;
  for (let tag = id3v2Bytes(start); tag > 0; tag = id3v2Bytes(start.subarray(at))) at += tag;
  if (at < start.length) return start.subarray(at);
  return readMore && at > start.length ? readMore(at, HEAD_BYTES) : start;
}

/**
 * Detects TIFF by its magic number. file-type also needs the directory (IFD), to rule out camera
 * raw formats, and many writers put it at the end of the file; so the file must also have a TIFF
 * extension.
 */
function tiff(head: Buffer, extension: string): string | undefined {
  const magic = head.toString('latin1', 0, 4);
  const named = MEDIA_TYPES['image/tiff']?.extensions.includes(extension);
  return named && (magic === 'II*\0' || magic === 'MM\0*') ? 'image/tiff' : undefined;
}

/**
 * Detects a still picture under a brand that does not say what it is coded in (mif1, msf1), or that
 * file-type takes for a video, by the brands that the file is compatible with.
 */
function heifImage(head: Buffer): string | undefined {
  if (head.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const brands = head.toString('latin1', 8, Math.min(head.readUInt32BE(), 256)).match(/.{4}/gs) ?? [];
  const [major = '', , ...others] = brands;
  if (!HEIF_BRANDS.has(major)) return undefined;
  const all = [major, ...others];
  if (all.includes('avif') || all.includes('avis')) return 'image/avif';
  return all.some((brand) => HEIC_BRANDS.has(brand)) ? 'image/heic' : 'image/heif';
}

/** Brands of ISO/IEC 23008-12: images of any codec, of HEVC, and sequences of each. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const HEIF_BRANDS = new Set([...HEIC_BRANDS, 'mif1', 'mif2', 'msf1', 'miaf', 'avif', 'avis']);

/** Packets of MPEG-TS: 188 bytes, or 192 with a timestamp, as Blu-ray and camcorders write them. */
const TS_PACKETS = [188, 192];
const TS_SYNC = 0x47;
const TS_IN_A_ROW = 8;

/**
 * Detects a transport stream that begins in the middle of a packet, as a recording of a broadcast
 * may. The sync bytes may be a coincidence, so the file must also have the extension.
 */
function transportStream(head: Buffer, extension: string): string | undefined {
  if (!MEDIA_TYPES['video/mp2t']?.extensions.includes(extension)) return undefined;
  const isAt = (start: number, packet: number) =>
    Array.from({ length: TS_IN_A_ROW }).every((_, i) => head[start + i * packet] === TS_SYNC);
  const found = TS_PACKETS.some((packet) =>
    Array.from({ length: packet }).some((_, start) => isAt(start, packet)),
  );
  return found ? 'video/mp2t' : undefined;
}

/**
 * Treats MP4 files named .m4a or .m4b as audio: recorders and editors write audio under video
 * brands. Only the audio track is used.
 */
function sound(mime: string | undefined, extension: string): string | undefined {
  const isIso = MEDIA_TYPES[mime ?? '']?.extensions.includes('mp4');
  return isIso && (extension === 'm4a' || extension === 'm4b') ? 'audio/mp4' : mime;
}

function supported(): string {
  const labels = [...new Set(Object.values(MEDIA_TYPES).map(({ label }) => label))];
  return `${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}`;
}
