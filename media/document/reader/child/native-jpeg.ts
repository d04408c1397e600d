import { type Image, loadImage } from '@napi-rs/canvas';
import { addProblem } from './page-problems.ts';

/**
 * Provides pdf.js with the browser's ImageDecoder, backed by the canvas's native JPEG decoder: a
 * scanned page takes a fifth of the time of pdf.js's JavaScript decoder, and half the memory.
 * pdf.js looks for it when it loads its worker, with the first document, so call this before.
 * pdf.js uses it only if colors need no conversion, and falls back to its own decoder (which
 * reports what is wrong) if this one throws.
 *
 * In Node, pdf.js's "worker" runs on the same thread and clones its messages. A browser's bitmaps
 * can be cloned; ours are passed by reference.
 */
export function installImageDecoder(): void {
  const clone = globalThis.structuredClone;
  const isDecoded = (value: unknown) => typeof value === 'object' && value !== null && decoded.has(value);
  Object.assign(globalThis, {
    ImageDecoder: JpegDecoder,
    structuredClone: (value: { bitmap?: unknown } | undefined, options?: { transfer?: unknown[] }) => {
      if (options?.transfer?.some(isDecoded)) return value;
      return isDecoded(value?.bitmap) ? { ...value } : clone(value, options as never);
    },
  });
}

interface Decoded extends Image {
  close(): void;
}

class JpegDecoder {
  private readonly data: Uint8Array;

  static isTypeSupported(type: string): Promise<boolean> {
    return Promise.resolve(type === 'image/jpeg');
  }

  constructor({ data }: { data: Uint8Array }) {
    this.data = data;
  }

  async decode(): Promise<{ image: Decoded }> {
    // The native decoder draws part of a truncated image and reports nothing.
    if (!endsProperly(this.data)) addProblem('an image is truncated');
    const image = await loadImage(this.data);
    decoded.add(image);
    return { image: Object.assign(image, { close() {} }) };
  }

  close(): void {}
}

const decoded = new WeakSet<object>();

function endsProperly(data: Uint8Array): boolean {
  const end = Buffer.from(data.buffer, data.byteOffset, data.byteLength).lastIndexOf(
    Buffer.from([0xff, 0xd9]),
  );
  return end > 0 && data.length - end < TRAILING_BYTES;
}

/** Allows for padding by writers; an embedded thumbnail's end marker is far earlier. */
const TRAILING_BYTES = 4096;
