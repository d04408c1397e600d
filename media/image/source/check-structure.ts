import { open, readFile } from 'node:fs/promises';
import { gifEnd } from './gif-end.ts';
import { corrupt } from './image-errors.ts';
import type { ImageFacts, ImageSource } from './image-source.ts';
import { hasNoEnd, isBlank, TAIL_BYTES } from './jpeg-end.ts';
import { hasTooManyScans } from './jpeg-scans.ts';

/**
 * Refuses files that libvips would decode without complaint, or for hours; returns doubts about the
 * others. Reads the whole file only if a quick check gives reason to.
 */
export async function checkStructure(
  source: ImageSource,
  { label, header }: Pick<ImageFacts, 'label' | 'header'>,
): Promise<string[]> {
  if (header.format === 'gif') {
    const end = gifEnd(await readWhole(source));
    if (end === 'cut') throw corrupt(label, 'its last block is incomplete');
    return end === 'unmarked' ? ['The GIF has no end marker: frames may be missing.'] : [];
  }
  if (header.format !== 'jpeg') return [];
  if (header.isProgressive && hasTooManyScans(await readWhole(source)))
    throw corrupt(label, 'it has more scans than any encoder writes');
  if (isBlank(await readTail(source)) && hasNoEnd(await readWhole(source)))
    throw corrupt(label, 'its end is blank');
  return [];
}

const readWhole = async (source: ImageSource) => (typeof source === 'string' ? readFile(source) : source);

async function readTail(source: ImageSource): Promise<Buffer> {
  if (typeof source !== 'string') return source.subarray(-TAIL_BYTES);
  const file = await open(source);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(TAIL_BYTES, size));
    await file.read(tail, 0, tail.length, size - tail.length);
    return tail;
  } finally {
    await file.close();
  }
}
