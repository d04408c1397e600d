/**
 * Returns the name of a track's codec with what its decoder must be capable of (RFC 6381), from the
 * initialization segment.
 */
export function videoCodec(init: Buffer): string {
  for (const [box, describe] of BOXES) {
    const at = init.indexOf(box);
    if (at >= 0) return describe(init.subarray(at + box.length));
  }
  throw new Error('Expected an avcC, hvcC or av1C box in the initialization segment.');
}

const BOXES: readonly [box: string, describe: (record: Buffer) => string][] = [
  ['avcC', avcCodec],
  ['hvcC', hevcCodec],
  ['av1C', av1Codec],
];

/** Profile, constraints and level, from the AVC decoder configuration record (ISO/IEC 14496-15). */
function avcCodec(record: Buffer): string {
  return `avc1.${record.toString('hex', 1, 4)}`;
}

/**
 * Profile space and profile, compatible profiles with the first in the lowest bit, tier and level, and
 * constraints without the zeros at their end (ISO/IEC 14496-15, E.3).
 */
function hevcCodec(record: Buffer): string {
  const general = record.readUInt8(1);
  const space = ['', 'A', 'B', 'C'][general >> 6];
  const tier = general & 0x20 ? 'H' : 'L';
  const constraints = [...record.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    ...['hvc1', `${space}${general & 0x1f}`, reversedBits(record.readUInt32BE(2)).toString(16)],
    ...[`${tier}${record.readUInt8(12)}`, ...constraints.map((byte) => byte.toString(16))],
  ].join('.');
}

/**
 * Profile, level with tier, and bit depth (https://aomediacodec.github.io/av1-isobmff/#codecsparam).
 * What may follow is as its defaults say: 4:2:0, BT.709, limited range.
 */
function av1Codec(record: Buffer): string {
  const [first, second] = [record.readUInt8(1), record.readUInt8(2)];
  const [level, tier] = [`${first & 0x1f}`.padStart(2, '0'), second & 0x80 ? 'H' : 'M'];
  const depth = second & 0x40 ? (second & 0x20 ? '12' : '10') : '08';
  return `av01.${first >> 5}.${level}${tier}.${depth}`;
}

function reversedBits(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) if (value & (2 ** bit)) reversed += 2 ** (31 - bit);
  return reversed;
}
