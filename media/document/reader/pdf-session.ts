import { MediaError } from '../../../base/errors.ts';
import { LIMITS, type TimeLimits } from '../limits.ts';
import type { DocumentFacts, Question } from './page-protocol.ts';
import { DocumentError, type PageReader, ReaderDied, startPageReader } from './page-reader.ts';

export interface PdfSession {
  facts: DocumentFacts;
  /**
   * Returns the answer, or in `failure` why there is none (completing "… could not be read: ").
   * Never throws because of the document.
   */
  ask<Value>(question: Question, milliseconds: number): Promise<{ value: Value } | { failure: string }>;
  /** Returns the reason once nothing more can be read from the document. */
  givenUp(): string | undefined;
  close(): void;
}

/**
 * Opens a PDF in a child, and in a new one each time it dies, so that a page that kills it affects
 * only that page. Throws `EncryptedDocument` or `CorruptMedia` if the document cannot be opened at
 * all. `reader` may still be starting.
 */
export async function openPdfSession(
  file: string,
  directory: string,
  reader: PageReader,
  times: TimeLimits,
): Promise<PdfSession> {
  let current: PageReader | undefined = reader;
  let deaths = 0;
  let spent: string | undefined;

  // Of the monotonic clock: the other may jump.
  const deadline = performance.now() + times.allPages;
  const atMost = (milliseconds: number) => Math.max(1, Math.min(milliseconds, deadline - performance.now()));

  const open = (opening: PageReader) => opening.ask<DocumentFacts>({ ask: 'open', file }, atMost(times.open));
  const facts = await open(reader).catch((error) => {
    reader.kill();
    throw refusal(error);
  });

  async function living(): Promise<PageReader> {
    if (current) return current;
    const next = startPageReader(directory);
    current = next;
    await open(next);
    return next;
  }

  return {
    facts,
    async ask(question, milliseconds) {
      if (performance.now() > deadline)
        spent ??= `the limit of ${times.allPages / 1000} s for one document was reached`;
      if (spent) return { failure: spent };
      try {
        const child = await living();
        return { value: await child.ask(question, atMost(milliseconds)) };
      } catch (error) {
        if (error instanceof DocumentError) return { failure: `the page is damaged (${error.name})` };
        if (!(error instanceof ReaderDied)) throw error;
        current?.kill();
        current = undefined;
        // Those that took too long are bounded by the deadline.
        if (!error.tookTooLong && ++deaths >= LIMITS.deaths)
          spent = `the document crashed its reader ${deaths} times`;
        return { failure: error.message };
      }
    },
    givenUp: () => spent,
    close: () => current?.kill(),
  };
}

function refusal(error: unknown): unknown {
  if (error instanceof ReaderDied)
    return new MediaError('CorruptMedia', `Expected a PDF that can be opened; ${error.message}.`, {
      cause: error,
    });
  if (!(error instanceof DocumentError)) return error;
  if (error.name === 'PasswordException')
    return new MediaError('EncryptedDocument', 'Expected a document that opens without a password.', {
      cause: error,
    });
  return new MediaError(
    'CorruptMedia',
    `Expected a PDF that can be opened; ${error.name}: ${error.message}`,
    {
      cause: error,
    },
  );
}
