import { randomFill } from 'node:crypto';
import { promisify } from 'node:util';
import type { Answer, Question } from '../page-protocol.ts';
import { drawText } from './draw-text.ts';
import { installImageDecoder } from './native-jpeg.ts';
import { type OpenPdf, openPdf } from './open-pdf.ts';
import { drawPage } from './page-picture.ts';
import { listenToWarnings } from './page-problems.ts';
import { readPageText } from './page-text.ts';

/**
 * Child process that handles hostile documents: opens one and answers questions about its pages,
 * until its parent (page-reader.ts) kills it or disconnects. It is a separate process because
 * pdf.js runs on its only thread, and a page can block it forever.
 */
let document: OpenPdf | undefined;

listenToWarnings();
installImageDecoder();

async function answer(question: Question): Promise<unknown> {
  if (question.ask === 'draw') return drawText(question);
  if (question.ask === 'open') {
    document = await openPdf(question.file);
    return document.facts;
  }
  if (!document) throw new Error('Expected a question about an open document');
  return question.ask === 'text'
    ? readPageText(document, question)
    : drawPage(document, question.page, question.into);
}

process.on('message', async (question: Question) => {
  let message: Answer;
  try {
    message = { value: await answer(question) };
  } catch (error) {
    const { name = 'Error', message: text = '', code } = error as NodeJS.ErrnoException;
    message = { error: { name, message: text, ...(typeof code === 'string' ? { code } : {}) } };
  }
  process.send?.(message);
});
process.on('disconnect', () => process.exit());
// libuv starts its threads at their first use, and aborts without a word if it is refused one. After
// `ready` that would look like a document's doing.
await promisify(randomFill)(Buffer.alloc(1));
process.send?.({ ready: true } satisfies Answer);
