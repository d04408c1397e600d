import { TIME_LIMITS } from '../../media/document/limits.ts';
import { startPageReader } from '../../media/document/reader/page-reader.ts';
import { openPdfSession } from '../../media/document/reader/pdf-session.ts';

/** Opens the PDF `source` of a directory, and prints what failed, by name, or nothing. */
const [, , directory = ''] = process.argv;
try {
  const reader = startPageReader(directory, { startSeconds: 3 });
  const session = await openPdfSession(`${directory}/source`, directory, reader, TIME_LIMITS);
  const read = await session.ask({ ask: 'text', page: 1, annotations: false }, 20_000);
  session.close();
  if ('failure' in read) console.log(read.failure);
} catch (error) {
  console.log((error as Error).name);
}
process.exit();
