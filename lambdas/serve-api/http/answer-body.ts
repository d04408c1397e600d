import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Problem } from './problem.ts';

/**
 * Maximum size of a body. A Lambda response is limited to 6 MB of JSON, in which bytes are
 * base64-encoded and quotes in text are escaped:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_BYTES = 4_500_000;
/** Minimum size for compression; smaller bodies gain nothing from it. */
const MIN_COMPRESSED = 2_048;

/** Encodes the response body and returns its headers. Throws 406 if it is too large for Lambda. */
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
      'Response too large',
      `Expected a response of at most ${MAX_BYTES} bytes, got ${body.length}${compressed ? ' compressed' : '; send Accept-Encoding: gzip'}.`,
    );
  return { body, headers: { vary: 'accept-encoding', ...(compressed && { 'content-encoding': 'gzip' }) } };
}

/** Parses Accept-Encoding. A coding with q=0 is not acceptable (RFC 9110, 12.5.3). */
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
