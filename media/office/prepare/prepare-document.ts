import { join } from 'node:path';
import { MediaError } from '../../../base/errors.ts';
import { boundedReasons } from '../../document/outputs/degradation.ts';
import type { CheckedArchive } from '../check-archive.ts';
import type { OfficeFormat } from '../office-format.ts';
import { openParts } from '../text/package-parts.ts';
import { cutSheets } from './cut-sheets.ts';
import { showFinalView } from './final-view.ts';
import { insertChunks } from './insert-chunks.ts';
import { type Edits, rewriteArchive } from './rewrite-archive.ts';

export interface Prepared {
  /** The file itself, or a copy of it. */
  file: string;
  /** Reasons why the copy falls short of the file. */
  notes: string[];
}

/**
 * Makes a copy of a document, in a new directory, that LibreOffice can show as people expect:
 * tracked changes in their final view, parts that are files of their own, sheets without their far
 * cells, names with slashes. An ordinary document is not copied.
 */
export async function prepareDocument(
  file: string,
  format: OfficeFormat,
  archive: CheckedArchive,
  directory: string,
): Promise<Prepared> {
  const { hasBackslashes, revised, chunked, cut } = archive;
  if (!hasBackslashes && revised.length === 0 && chunked.length === 0 && cut.size === 0)
    return { file, notes: [] };
  try {
    return await preparedCopy(file, format, archive, directory);
  } catch (error) {
    if (error instanceof MediaError || (error as NodeJS.ErrnoException).syscall) throw error;
    // Its XML is not what it should be; LibreOffice shows what it can of the file as it is.
    return {
      file,
      notes: [
        `Tracked changes or parts may be shown as they stand: ${(error as Error).message.split('\n')[0]}`,
      ],
    };
  }
}

async function preparedCopy(
  file: string,
  { reader, extension }: OfficeFormat,
  { revised, chunked, cut }: CheckedArchive,
  directory: string,
): Promise<Prepared> {
  const edits: Edits = new Map();
  const notes: string[] = [];
  const parts = await openParts(file);
  try {
    if (reader === 'word' && chunked.length > 0) notes.push(...(await insertChunks(parts, chunked, edits)));
    if (revised.length > 0) await showFinalView(parts, reader, edits);
    if (cut.size > 0) notes.push(...(await cutSheets(parts, reader, cut, edits)));
    const copy = join(directory, `source.${extension}`);
    await rewriteArchive(parts, edits, copy);
    return { file: copy, notes: boundedReasons(notes, (more) => `${more} more notes of this kind.`) };
  } finally {
    parts.close();
  }
}
