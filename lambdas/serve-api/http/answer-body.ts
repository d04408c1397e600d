import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Problem } from './problem.ts';

/** Lambda's answer may have 6 MB as JSON, which takes bytes as base64 and escapes the quotes in text: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_BYTES = 4_500_000;
/** Below this compression saves nobody time. */
const MIN_COMPRESSED = 2_048;

/** The body as it is sent, and the headers that say how. Throws 406 where Lambda could not send so much. */
export async function answerBody(
  content: string,
  acceptEncoding: string | undefined,
): Promise<{ body: Uint8Array<ArrayBuffer>; headers: Record<string, string> }> {
  const plain = new TextEncoder().encode(content);
  const compressed = plain.length >= MIN_COMPRESSED && acceptsGzip(acceptEncoding ?? '');
  const body = compressed ? new Uint8Array(await promisify(gzip)(plain)) : plain;
  if (body.length > MAX_BYTES)
    throw new Problem(
      406,
      'too-large',
      'Too large an answer',
      `The answer has ${body.length} bytes${compressed ? ' compressed' : '; ask for it with Accept-Encoding: gzip'}.`,
    );
  return { body, headers: { vary: 'accept-encoding', ...(compressed && { 'content-encoding': 'gzip' }) } };
}

/** RFC 9110, 12.5.3: a coding with q=0 is refused. */
function acceptsGzip(header: string): boolean {
  const weights = new Map(
    header
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
        const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
        return [coding, Number(weight ?? 1)] as const;
      }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
