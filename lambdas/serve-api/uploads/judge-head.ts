import { MediaError } from '../../../base/errors.ts';
import { HEAD_BYTES } from '../../../base/head-bytes.ts';
import type { ApiDeps } from '../api-deps.ts';
import { invalid, unprocessable } from '../http/problem.ts';

/**
 * Refuses a file that admission would reject for its type, name or size, by its first bytes in
 * base64. Lets pass what these bytes leave open.
 */
export async function judgeHead(
  base64: string,
  { fileName, size }: { fileName: string; size: number },
  config: ApiDeps['config'],
): Promise<void> {
  const head = Buffer.from(base64, 'base64');
  const expected = Math.min(size, HEAD_BYTES);
  if (head.length !== expected)
    throw invalid([{ at: 'head', detail: `expected the first ${expected} bytes, got ${head.length}` }]);
  // Loaded here: no other request needs the tables of types and encodings.
  const { isTagOnly, judgeType } = await import('../../../core/uploads/judge-type.ts');
  if (isTagOnly(head)) return;
  try {
    await judgeType({ file: fileName, head, size }, config);
  } catch (error) {
    if (!(error instanceof MediaError) || error.category !== 'processing') throw error;
    throw unprocessable('upload-refused', 'Upload refused', error.message);
  }
}
