import { join } from 'node:path';
import { MediaError } from '../../../base/errors.ts';
import { withReader } from '../../../base/read-at.ts';
import { runFfmpeg } from '../../ffmpeg/run-ffmpeg.ts';
import type { AudioSource } from '../audio-source.ts';
import type { Look } from '../look.ts';
import { readApeTags } from './ape-tags.ts';
import { type Chapter, parseFfmetadata } from './ffmetadata.ts';
import { decodeTags, type RawTags } from './tag-text.ts';

export interface EmbeddedTags {
  /** By ffmpeg's names, in lower case. */
  tags: Record<string, string>;
  chapters: Chapter[];
}

/** Tags may have any size; nothing needs more than this. */
const MAX_BYTES = 1024 * 1024;
/** Formats whose tags are ID3, where Latin-1 is what encoders write for any 8-bit text. */
const HAS_ID3 = /^(mp3|aac|wav|aiff)$/;
const HAS_APE = /^(mp3|aac)$/;

/**
 * Reads tags and chapters as the bytes that the file holds: ffprobe would replace what is not UTF-8.
 * The file's own tags come before the track's, and APE tags before the 30 characters of ID3v1.
 * Returns none if they cannot be read, which is no reason to refuse a recording.
 */
export async function readEmbeddedTags(source: AudioSource, look: Look): Promise<EmbeddedTags> {
  const file = await ffmetadata('tags.txt', '0', look);
  const track = await ffmetadata('track-tags.txt', `0:s:${source.index}`, look);
  const ape = HAS_APE.test(source.format) ? await readApeTags(join(look.cwd, look.input)) : undefined;
  const own: RawTags = ape?.isBetter ? { ...file.tags, ...ape.tags } : { ...ape?.tags, ...file.tags };
  const isId3 = HAS_ID3.test(source.format);
  const titles = Object.fromEntries(file.chapters.map(({ title }, i) => [`chapter ${i}`, title]));
  const texts = decodeTags({ ...track.tags, ...own, ...titles }, { mayBeLegacy: isId3 });
  return {
    tags: texts,
    chapters: file.chapters.map((chapter, i) => ({ ...chapter, title: texts[`chapter ${i}`] ?? '' })),
  };
}

async function ffmetadata(
  target: string,
  from: string,
  look: Look,
): Promise<ReturnType<typeof parseFfmetadata>> {
  try {
    await runFfmpeg({ ...look, outputs: [{ args: ['-map_metadata', from, '-f', 'ffmetadata'], target }] });
  } catch (error) {
    if (error instanceof MediaError && error.category === 'processing')
      return parseFfmetadata(Buffer.alloc(0));
    throw error;
  }
  return withReader(join(look.cwd, target), async (read) => parseFfmetadata(await read(0, MAX_BYTES)));
}
