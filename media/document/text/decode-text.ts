import { decodeUtf32, type EncodingName } from '../../kinds/text-encoding.ts';

/** Decodes a file chunk by chunk; `end` returns what is left. */
export interface ChunkDecoder {
  decode(chunk: Buffer): string;
  end(): string;
}

/** Returns a decoder for what `findEncoding` finds. Bytes that fit no character become U+FFFD. */
export function textDecoder(name: EncodingName): ChunkDecoder {
  if (name === 'utf-32le' || name === 'utf-32be') return utf32Decoder(name);
  const decoder = new TextDecoder(name);
  return { decode: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
}

/** TextDecoder knows no UTF-32. */
function utf32Decoder(name: 'utf-32le' | 'utf-32be'): ChunkDecoder {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  return {
    decode(chunk) {
      const bytes = Buffer.concat([rest, chunk]);
      const whole = bytes.length & ~3;
      rest = bytes.subarray(whole);
      const text = decodeUtf32(bytes.subarray(0, whole), name);
      const isMarked = !started && text.startsWith('\uFEFF');
      started ||= text.length > 0;
      return isMarked ? text.slice(1) : text;
    },
    end: () => (rest.length > 0 ? '\uFFFD' : ''),
  };
}
