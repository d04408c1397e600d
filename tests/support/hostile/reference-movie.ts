/** A QuickTime movie whose samples are in another file, as the data reference says. Given a real movie, it loses its own. */
export function referenceMovie(movie: Buffer, reference: Buffer): Buffer {
  const path = ['moov', 'trak', 'mdia', 'minf', 'dinf', 'dref'];
  const withReference = (box: Buffer, [name, ...rest]: string[]): Buffer => {
    if (name === undefined) return Buffer.concat([u32(0), u32(1), reference]);
    const parts = boxesOf(box).map(({ type, body }) =>
      type === name ? boxOf(type, withReference(body, rest)) : boxOf(type, body),
    );
    return Buffer.concat(parts);
  };
  // The samples themselves are only in the other file.
  const own = boxesOf(movie).map(({ type, body }) =>
    boxOf(type, type === 'mdat' ? Buffer.alloc(body.length) : body),
  );
  return withReference(Buffer.concat(own), path);
}

/** Data reference by URL, ISO/IEC 14496-12 §8.7.2. */
export const urlReference = (url: string): Buffer =>
  boxOf('url ', Buffer.concat([u32(0), Buffer.from(`${url}\0`)]));

/** Data reference by a Macintosh alias with an absolute path, as QuickTime writes it. */
export function aliasReference(path: string): Buffer {
  const head = Buffer.alloc(146);
  head.writeUInt16BE(2, 6);
  head[10] = 4;
  head.write('disk', 11, 'latin1');
  head[50] = 6;
  head.write('canary', 51, 'latin1');
  head.writeUInt16BE(1, 130);
  head.writeUInt16BE(1, 132);
  const name = Buffer.from(path);
  const padded = Buffer.concat([name, Buffer.alloc(name.length % 2)]);
  const paths = [2, 18].map((type) => Buffer.concat([u16(type), u16(name.length), padded]));
  return boxOf('alis', Buffer.concat([u32(0), head, Buffer.alloc(4), ...paths, u16(0xffff), u16(0)]));
}

/** An AVI with a subtitle track whose content is a playlist: ffmpeg once opened it by its content. */
export function subtitledAvi(playlist: string): Buffer {
  const chunk = (id: string, body: Buffer) =>
    Buffer.concat([Buffer.from(id, 'latin1'), le32(body.length), body, Buffer.alloc(body.length % 2)]);
  const list = (type: string, ...parts: Buffer[]) =>
    chunk('LIST', Buffer.concat([Buffer.from(type), ...parts]));
  const avih = Buffer.alloc(56);
  avih.writeUInt32LE(40_000, 0);
  avih.writeUInt32LE(1, 16);
  avih.writeUInt32LE(1, 24);
  const strh = Buffer.alloc(56);
  strh.write('txts', 0, 'latin1');
  strh.writeUInt32LE(1, 20);
  strh.writeUInt32LE(25, 24);
  const text = Buffer.from(playlist);
  const gab2 = Buffer.concat([
    ...[Buffer.from('GAB2\0', 'latin1'), le16(2), le32(4), Buffer.from('x\0', 'utf16le')],
    ...[le16(4), le32(text.length), text],
  ]);
  const header = list(
    'hdrl',
    chunk('avih', avih),
    list('strl', chunk('strh', strh), chunk('strf', Buffer.alloc(0))),
  );
  return chunk('RIFF', Buffer.concat([Buffer.from('AVI '), header, list('movi', chunk('00tx', gab2))]));
}

function boxesOf(bytes: Buffer): { type: string; body: Buffer }[] {
  const boxes: { type: string; body: Buffer }[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32BE(at))
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      body: bytes.subarray(at + 8, at + bytes.readUInt32BE(at)),
    });
  return boxes;
}

const boxOf = (type: string, body: Buffer) =>
  Buffer.concat([u32(8 + body.length), Buffer.from(type, 'latin1'), body]);

function numbered(bytes: number, write: (buffer: Buffer) => unknown): Buffer {
  const buffer = Buffer.alloc(bytes);
  write(buffer);
  return buffer;
}
const u16 = (value: number) => numbered(2, (buffer) => buffer.writeUInt16BE(value));
const u32 = (value: number) => numbered(4, (buffer) => buffer.writeUInt32BE(value));
const le16 = (value: number) => numbered(2, (buffer) => buffer.writeUInt16LE(value));
const le32 = (value: number) => numbered(4, (buffer) => buffer.writeUInt32LE(value));
