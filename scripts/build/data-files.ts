import { existsSync } from 'node:fs';
import type { PackageFile } from './native-packages.ts';

/**
 * Files that a function reads in addition to its code. This font is for documents without their
 * own: without it, Chinese, Japanese, Korean and Arabic text would be drawn as boxes (Debian
 * package fonts-droid-fallback, Apache License 2.0).
 */
const DATA_FILES: Readonly<Record<string, readonly PackageFile[]>> = {
  'process-document': [
    {
      file: '/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf',
      path: 'fonts/DroidSansFallbackFull.ttf',
    },
  ],
};

export function dataFiles(name: string): readonly PackageFile[] {
  const files = DATA_FILES[name] ?? [];
  const missing = files.find(({ file }) => !existsSync(file));
  if (missing) throw new Error(`Expected ${missing.file} for ${name}; apt-get install fonts-droid-fallback`);
  return files;
}
