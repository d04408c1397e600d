import { readFile } from 'node:fs/promises';
import { corrupt } from './image-errors.ts';
import type { ImageFacts, ImageSource } from './image-source.ts';
import { hasNoEnd, isBlank, TAIL_BYTES } from './jpeg/jpeg-end.ts';
import { hasTooManyScans } from './jpeg/jpeg-scans.ts';
import { readSource } from './read-source.ts';

/**
 * Refuses JPEGs that libvips would decode without complaint, or for hours. Reads the whole file only
 * if a quick check gives reason to.
 */
export async function checkStructure(
  source: ImageSource,
  { label, header }: Pick<ImageFacts, 'label' | 'header'>,
): Promise<void> {
  if (header.format !== 'jpeg') return;
  if (header.isProgressive && hasTooManyScans(await readWhole(source)))
    throw corrupt(label, 'it has more scans than any encoder writes');
  if (isBlank(await readTail(source)) && hasNoEnd(await readWhole(source)))
    throw corrupt(label, 'its end is blank');
}

const readWhole = async (source: ImageSource) => (typeof source === 'string' ? readFile(source) : source);

const readTail = (source: ImageSource) =>
  readSource(source, (read, size) => read(size - TAIL_BYTES, TAIL_BYTES));
