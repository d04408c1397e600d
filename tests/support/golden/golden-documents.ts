import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePage, encodeThumbnails } from '../../../media/document/outputs/page-pictures.ts';
import { processPdf } from '../../../media/document/process-pdf.ts';
import { startPageReader } from '../../../media/document/reader/page-reader.ts';
import { OFFICE_FORMATS } from '../../../media/office/office-format.ts';
import { sofficeArguments } from '../../../media/office/run-soffice.ts';
import { profileSettings } from '../../../media/office/soffice-profile.ts';
import type { Output } from '../../../media/output.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { writePdf } from '../../../samples/write-pdf.ts';
import { SHARP_TOOLS, syntheticPixels } from './golden-images.ts';
import type { GoldenRecipe } from './golden-recipe.ts';

const { thumbnails, pages } = DEFAULT_PROFILE.document;

async function inDirectory<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'golden-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Pictures of a page that no reader has drawn: what it draws depends on the fonts of the machine. */
const pictures = () =>
  inDirectory(async (directory) => {
    const file = join(directory, 'page.rgba');
    const [width, height] = [900, 1700];
    await writeFile(file, syntheticPixels(width, height, 4));
    const picture = { ...{ page: 1, file, width, height }, isBlank: false, problems: [] };
    const outputs = [await encodePage(picture, pages), ...(await encodeThumbnails(picture, thumbnails))];
    return Object.fromEntries(outputs.map(({ name, body }) => [name, bufferOf(body)]));
  });

function bufferOf(body: Output['body']): Buffer {
  if (!Buffer.isBuffer(body)) throw new Error('Expected a buffer');
  return body;
}

const line = (text: string, y: number, size = 12) => `BT /F1 ${size} Tf 72 ${y} Td (${text}) Tj ET`;
const PDF = writePdf({
  info: '/Title (Report)',
  pages: [
    {
      content: [
        line('Annual report', 720, 24),
        line('The first paragraph is short.', 680),
        line('- one', 650),
      ].join('\n'),
    },
    { content: [line('Numbers', 720, 18), line('Second page, with \\(parentheses\\).', 690)].join('\n') },
  ],
});

const texts = () =>
  inDirectory(async (directory) => {
    const contents: Record<string, Buffer> = {};
    const reader = startPageReader(directory);
    const file = join(directory, 'source');
    await writeFile(file, PDF);
    try {
      await processPdf({
        ...{
          file,
          directory,
          reader,
          maxPages: 10,
          maxPageImages: 0,
          profile: { ...DEFAULT_PROFILE.document, thumbnails: [] },
        },
        async put({ name, body, recipe }) {
          if (recipe.name !== 'document-text') return;
          contents[name] = Buffer.isBuffer(body) ? body : await readFile(body.file);
        },
      });
      return contents;
    } finally {
      reader.kill();
    }
  });

export const GOLDEN_DOCUMENTS = {
  'document-pictures': { bytes: { tools: SHARP_TOOLS, make: pictures } },
  'document-text': { texts },
  'office-pdf': {
    texts: () => ({
      'settings of LibreOffice': profileSettings(),
      'arguments of LibreOffice': JSON.stringify(
        Object.values(OFFICE_FORMATS).map((format) =>
          sofficeArguments('/in/source', '/in/profile', '/in/out', { ...format, maxPages: 50 }),
        ),
      ),
    }),
  },
} satisfies Record<string, GoldenRecipe>;
