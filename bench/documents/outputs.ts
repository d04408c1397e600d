import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processPdf } from '../../media/document/process-pdf.ts';
import { startPageReader } from '../../media/document/reader/page-reader.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';

/** Returns the product's outputs for a PDF file, by name. */
export async function outputsOf(pdf: string, maxPageImages: number): Promise<Map<string, Buffer>> {
  const directory = await mkdtemp(join(tmpdir(), 'document-outputs-'));
  const reader = startPageReader(directory);
  const outputs = new Map<string, Buffer>();
  try {
    const file = join(directory, 'source');
    await copyFile(pdf, file);
    const put = async ({ name, body }: { name: string; body: Buffer | { file: string } }) => {
      outputs.set(name, Buffer.isBuffer(body) ? body : await readFile(body.file));
    };
    await processPdf({
      profile: DEFAULT_PROFILE.document,
      file,
      directory,
      reader,
      maxPages: 100_000,
      maxPageImages,
      put,
    });
    return outputs;
  } finally {
    reader.kill();
    await rm(directory, { recursive: true });
  }
}
