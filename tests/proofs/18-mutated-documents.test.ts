import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { attack, type Made } from '../support/mutation/attack.ts';
import { type DocumentFile, documentSources } from '../support/mutation/document-sources.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { type Processed, processed, processedText } from '../unit/media/document/setup.ts';

const FILES = proofSize(30);
/** Far above what a file of this size takes on a busy machine, and within the function's own limit. */
const BOUND_SECONDS = 90;

const read = (bytes: Buffer, { textType }: DocumentFile): Promise<Processed> =>
  textType ? processedText(bytes, textType) : processed(bytes, { maxPageImages: 1 });

function missing({ result: made, whole, source, length }: Made<Processed, DocumentFile>): string | undefined {
  const { textType, earlierLength = 0 } = source;
  if (length <= earlierLength) return undefined;
  // What is missing may take a note of the whole document with it.
  if (made.closing.degraded.some((note) => !whole.closing.degraded.includes(note))) return undefined;
  // No text format says where it ends: what is left of the text must come out, and nothing else.
  if (textType)
    return whole.text.startsWith(withoutOpenEnd(made.text.trimEnd()))
      ? undefined
      : 'its text is not that of the file';
  const different = [...whole.outputs.keys()].filter(
    // The outputs that show the document: metadata may be lost with the end.
    (name) => /^(page_|thumb_|text)/.test(name) && hashOf(made, name) !== hashOf(whole, name),
  );
  return different.length > 0 ? `${different.join(', ')} differ` : undefined;
}

/**
 * A file that ends within the first characters of a tag, or within a character reference, shows them:
 * https://html.spec.whatwg.org/multipage/parsing.html#tag-open-state, #named-character-reference-state
 */
const withoutOpenEnd = (text: string) => text.replace(/(?:<\/?|&#?\w*)$/, '');

const hashOf = ({ outputs }: Processed, name: string) =>
  createHash('sha256')
    .update(outputs.get(name)?.content ?? '')
    .digest('hex');

test(`${FILES} damaged documents are read whole, with what they lack, or rejected`, async () => {
  const { faults, ...facts } = await attack({
    ...{ sources: await documentSources(), seed: proofSeed(), size: FILES, atOnce: 3 },
    ...{ boundSeconds: BOUND_SECONDS, process: read, missing },
  });
  reportProof(18, { kind: 'documents', ...facts });
  expect(faults).toEqual([]);
}, 3_600_000);
