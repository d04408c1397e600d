import { readGifBlocks, withEmptyFrame } from './gif-blocks.ts';
import type { HeifMeta } from './heif/heif-meta.ts';
import { isIsoMedia, openableHeif } from './heif/openable-heif.ts';
import { corrupt } from './image-errors.ts';
import type { ImageSource } from './image-source.ts';
import { readSource } from './read-source.ts';
import { inspectTiff, type TiffFacts } from './tiff/inspect-tiff.ts';

/** A source that the decoder gets right, and what the decoder will not tell of it. */
export interface ExaminedSource {
  source: ImageSource;
  tiff?: TiffFacts | undefined;
  heif?: HeifMeta | undefined;
  /** Frames at the end of the source that are not the uploader's. */
  addedFrames: number;
  /** Differences from the upload, for human readers. */
  doubts: string[];
}

const ANIMATED = 'The picture is animated; only its first frame is rendered.';

/**
 * Looks at a file before the decoder does, by its first bytes: the decoder gets some formats wrong
 * without an error. Refuses those, or changes a copy in memory so that the decoder gets it right.
 * Other formats cost one read of 12 bytes. Throws `UnsupportedMediaType`, `CorruptMedia`.
 */
export async function examineSource(source: ImageSource): Promise<ExaminedSource> {
  return readSource(source, async (read, size) => {
    const head = await read(0, 12);
    if (head.toString('latin1', 0, 3) === 'GIF') return examineGif(await read(0, size));
    const heif = isIsoMedia(head) ? await openableHeif(read, size) : undefined;
    if (heif)
      return {
        source: heif.copy ?? source,
        heif: heif.meta,
        addedFrames: 0,
        doubts: heif.animated ? [ANIMATED] : [],
      };
    return { source, addedFrames: 0, doubts: [], tiff: await inspectTiff(read) };
  });
}

function examineGif(gif: Buffer): ExaminedSource {
  const blocks = readGifBlocks(gif);
  if (blocks.end === 'cut') throw corrupt('GIF', 'its last block is incomplete');
  return {
    source: blocks.hasGaps ? withEmptyFrame(gif, blocks) : gif,
    addedFrames: blocks.hasGaps ? 1 : 0,
    doubts: blocks.end === 'unmarked' ? ['The GIF has no end marker: frames may be missing.'] : [],
  };
}
