import { readdir, readFile, writeFile } from 'node:fs/promises';
import { type Zippable, zipSync } from 'fflate';
import type { PackageFile } from './native-packages.ts';

/**
 * Earliest date that ZIP supports: the same input gives the same bytes on every machine, so that
 * Terraform detects no change if there is none.
 */
const EPOCH = new Date(1980, 0, 1);
const UNIX = 3;
/** Mode rw-r--r-- of a regular file, in the upper half of the attributes. */
const READABLE = 0o100644 * 2 ** 16;

/** Packs a function's bundle with its additional files. Returns the sizes in bytes. */
export async function packFunction({
  folder,
  beside,
  file,
}: {
  folder: string;
  /** Native packages and data files. */
  beside: readonly PackageFile[];
  file: string;
}): Promise<{ zipped: number; unpacked: number }> {
  const code = (await readdir(folder)).sort().map((name) => ({ file: `${folder}/${name}`, path: name }));
  const entries: Zippable = {};
  let unpacked = 0;
  for (const { file, path } of [...code, ...beside]) {
    const content = await readFile(file);
    unpacked += content.length;
    entries[path.replaceAll('\\', '/')] = [content, { mtime: EPOCH, os: UNIX, attrs: READABLE, level: 9 }];
  }
  const zip = zipSync(entries);
  await writeFile(file, zip);
  return { zipped: zip.length, unpacked };
}
