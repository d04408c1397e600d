/** Number of leading bytes needed by `announcedBytes`. */
export const ANNOUNCEMENT_BYTES = 4096;

/**
 * GUID of ASF's file properties object:
 * https://learn.microsoft.com/windows/win32/wmformat/overview-of-the-asf-format
 */
const ASF_FILE_PROPERTIES = Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex');
const BROADCAST = 1;

/**
 * Returns the file size declared in the header of AVI and ASF files, which ffmpeg ignores: it takes
 * a truncated AVI's duration from what is left, and loses a truncated ASF's. Returns undefined if
 * the file does not declare a size, as streamed files (0). The values are untrusted; Buffer checks
 * the offsets.
 */
export function announcedBytes(head: Buffer): number | undefined {
  if (
    head.length >= 12 &&
    head.toString('latin1', 0, 4) === 'RIFF' &&
    head.toString('latin1', 8, 12) === 'AVI '
  ) {
    const size = head.readUInt32LE(4);
    // The writer could not seek back to fill it in: a pipe.
    return size === 0 || size >= 0x7fff_f000 ? undefined : size + 8;
  }
  const at = head.indexOf(ASF_FILE_PROPERTIES);
  if (at < 0 || at + 92 > head.length) return undefined;
  const isBroadcast = (head.readUInt32LE(at + 88) & BROADCAST) === 1;
  const size = Number(head.readBigUInt64LE(at + 40));
  return isBroadcast || size === 0 ? undefined : size;
}
