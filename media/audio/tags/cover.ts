import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { MediaError } from '../../../base/errors.ts';
import type { AttachedPicture } from '../../ffmpeg/media-probe.ts';
import { runFfmpeg } from '../../ffmpeg/run-ffmpeg.ts';
import type { Output } from '../../output.ts';
import { openSource } from '../../sharp/hardened-sharp.ts';
import { COVER } from '../audio-recipes.ts';
import type { Look } from '../look.ts';

/** Longer side in pixels, as required by podcast directories. */
const MAX_SIDE = 1400;
const MAX_BYTES = 20 * 1024 * 1024;
/** Types that sharp may decode here. */
const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

/** Picture types before and after all others, by ffmpeg's names. */
const FRONT = /^Cover \(front\)$/;
const UNSPECIFIED = /^(Other)?$/;
const ICON = /icon/i;

/** Pictures that are tried; a file may have hundreds. */
const MAX_TRIES = 4;

/** Returns the picture that serves best as cover: the front cover if it can be read, an icon last. */
export async function bestCover(
  pictures: readonly AttachedPicture[],
  look: Look,
): Promise<Output | undefined> {
  const rank = ({ purpose = '' }: AttachedPicture) =>
    FRONT.test(purpose) ? 0 : UNSPECIFIED.test(purpose) ? 1 : ICON.test(purpose) ? 3 : 2;
  for (const picture of pictures.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_TRIES)) {
    const cover = await readCover(picture, look);
    if (cover) return cover;
  }
}

/**
 * Returns the cover, re-encoded: ffmpeg extracts its bytes without decoding them, sharp decodes
 * and encodes them, so that nothing but pixels passes through. Returns undefined if it is corrupt
 * or of an unsupported type, which is no reason to refuse a recording.
 */
async function readCover(picture: AttachedPicture, look: Look): Promise<Output | undefined> {
  const bytes = await liftOut(picture, look);
  if (!bytes || !TYPES.includes((await fileTypeFromBuffer(bytes))?.mime ?? '')) return undefined;
  try {
    const image = openSource(bytes, look)
      .autoOrient()
      .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
      .toColorspace('srgb');
    const isOpaque = (await openSource(bytes, look).metadata()).hasAlpha !== true;
    const encoded = isOpaque ? image.jpeg({ quality: 85, progressive: true }) : image.png();
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return {
      name: isOpaque ? 'cover.jpg' : 'cover.png',
      contentType: isOpaque ? 'image/jpeg' : 'image/png',
      body: data,
      facts: { width: info.width, height: info.height },
      recipe: COVER,
    };
  } catch {
    return undefined;
  }
}

async function liftOut({ index }: AttachedPicture, look: Look): Promise<Buffer | undefined> {
  const target = 'cover.bin';
  try {
    const args = ['-map', `0:${index}`, '-c', 'copy', '-frames:v', '1', '-f', 'rawvideo'];
    await runFfmpeg({ ...look, outputs: [{ args, target }] });
  } catch (error) {
    if (error instanceof MediaError && error.category === 'processing') return undefined;
    throw error;
  }
  const file = join(look.cwd, target);
  return (await stat(file)).size <= MAX_BYTES ? readFile(file) : undefined;
}
