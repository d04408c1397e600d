import type { Readable } from 'node:stream';
import sax from 'sax';

/**
 * Maximum length of a tag or an attribute. Text is passed on in pieces. sax counts characters for
 * the whole process.
 */
Object.assign(sax, { MAX_BUFFER_LENGTH: 16 * 1024 ** 2 });

/** Bounds on one part; a sheet of 5 million cells has 20 million elements. */
const MAX_DEPTH = 1000;
const MAX_ELEMENTS = 20_000_000;

export type Attributes = Readonly<Record<string, string>>;

/** Called for each tag and text; names come without their prefixes. */
export interface XmlHandler {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

/**
 * Reads XML in chunks and calls `afterChunk` between them. Entities that the document declares
 * itself are not expanded. Throws if the XML is not well-formed, or over the bounds.
 */
export async function readXml(
  stream: Readable,
  handler: XmlHandler,
  afterChunk: () => Promise<void> = async () => undefined,
): Promise<void> {
  const parser = sax.parser(true, { position: false });
  parser.onerror = (error) => {
    throw error;
  };
  let depth = 0;
  let elements = 0;
  parser.onopentag = ({ name, attributes }) => {
    if (++depth > MAX_DEPTH) throw new Error(`Expected elements nested at most ${MAX_DEPTH} deep`);
    if (++elements > MAX_ELEMENTS) throw new Error(`Expected at most ${MAX_ELEMENTS} elements`);
    handler.open?.(localName(name), attributes as Attributes);
  };
  parser.onclosetag = (name) => {
    depth--;
    handler.close?.(localName(name));
  };
  parser.ontext = (text) => handler.text?.(text);
  parser.oncdata = (text) => handler.text?.(text);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    parser.write(decoder.decode(chunk, { stream: true }));
    await afterChunk();
  }
  parser.write(decoder?.decode() ?? '').close();
  await afterChunk();
}

/** Returns an attribute by its name without the prefix. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  const plain = attributes[name];
  return plain === undefined ? prefixed(attributes, name) : plain;
}

/** Returns an attribute that must have a prefix: `r:id` beside `id`. */
export function prefixed(attributes: Attributes, name: string): string | undefined {
  const suffix = `:${name}`;
  for (const key in attributes) if (key.endsWith(suffix)) return attributes[key];
  return undefined;
}

/** Whether a switch of OOXML is on: present without a value, or with one that is not negative. */
export function isOn(attributes: Attributes, name = 'val'): boolean {
  return !['0', 'false', 'off'].includes(attribute(attributes, name) ?? '1');
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** UTF-16 by its byte order mark; OOXML and OpenDocument are UTF-8 otherwise. */
function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
}
