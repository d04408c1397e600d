// Runs the product's PDF code: node product.ts <pdf> <number of pages with an image>. Prints the
// milliseconds spent in its warm child.
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processPdf } from '../../media/document/process-pdf.ts';
import { startPageReader } from '../../media/document/reader/page-reader.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';

const [, , pdf = '', pictures = '0'] = process.argv;
const directory = await mkdtemp(join(tmpdir(), 'bench-document-'));
const reader = startPageReader(directory);
try {
  const file = join(directory, 'source');
  await copyFile(pdf, file);
  // This question needs no document: it is answered once the child is ready.
  await reader.ask({ ask: 'draw', lines: ['warm'], monospace: false, into: join(directory, 'warm') }, 60_000);
  const warm = performance.now();
  const closing = await processPdf({
    profile: DEFAULT_PROFILE.document,
    file,
    directory,
    reader,
    maxPages: 100_000,
    maxPageImages: Number(pictures),
    put: async () => {},
  });
  const { pages } = closing.metadata as { pages: number };
  console.log(JSON.stringify({ milliseconds: performance.now() - warm, pages, degraded: closing.degraded }));
} finally {
  reader.kill();
  await rm(directory, { recursive: true });
}
