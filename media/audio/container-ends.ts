/**
 * Reads the length that WAV and Ogg files declare. ffmpeg takes a truncated file's duration from
 * what is left of it and exits with 0. All of this reads untrusted bytes: Buffer checks the
 * offsets, and no size from the file is allocated.
 */

/**
 * Returns the number of sample bytes missing compared to a WAV file's `data` header: 0 if the file
 * is complete, or if it was streamed and so declares no size. `head`: 64 KiB.
 */
export function missingWavBytes(head: Buffer, fileBytes: number): number {
  const riff = head.toString('latin1', 0, 4);
  if (riff !== 'RIFF' && riff !== 'RF64') return 0;
  let large: bigint | undefined;
  for (let at = 12; at + 8 <= head.length; ) {
    const id = head.toString('latin1', at, at + 4);
    const size = head.readUInt32LE(at + 4);
    if (id === 'ds64' && at + 24 <= head.length) large = head.readBigUInt64LE(at + 16);
    if (id === 'data') {
      // 0 and the largest values mean "unknown": the writer could not seek back.
      const isStreamed = size === 0 || size >= 0x7fff_f000;
      const bytes = size === 0xffff_ffff && large !== undefined ? Number(large) : isStreamed ? 0 : size;
      return Math.max(0, at + 8 + bytes - fileBytes);
    }
    at += 8 + size + (size % 2);
  }
  return 0;
}

export type OggEnd = 'whole' | 'cut' | 'unmarked';

/**
 * Returns how an Ogg file ends: with a page flagged as last (EOS), in the middle of a page, or
 * after a page without the flag. `tail`: the last 128 KiB.
 */
export function oggEnd(tail: Buffer): OggEnd {
  const at = tail.lastIndexOf('OggS');
  const segments = tail[at + 26];
  if (at < 0 || segments === undefined) return 'cut';
  const lacing = tail.subarray(at + 27, at + 27 + segments);
  const end = at + 27 + segments + lacing.reduce((sum, bytes) => sum + bytes, 0);
  if (lacing.length < segments || end > tail.length) return 'cut';
  return ((tail[at + 5] ?? 0) & 4) === 4 ? 'whole' : 'unmarked';
}
