/** What a run's log tells of its input. */
export interface Damage {
  /** Frames and packets that were lost or patched up. A few in a long recording are everyday; more mean a broken file. */
  frames: number;
  /** The file ends before its own structure says so. */
  truncated: boolean;
}

const DAMAGED =
  /: corrupt decoded frame in stream|^Error while decoding stream|: corrupt input packet in stream|CRC mismatch!$|CRC error at PTS/;
/**
 * Said by the mov, matroska and avi/flv demuxers at a cut file; ffmpeg goes on and exits with 0. MPEG-TS says `Packet corrupt` at any
 * disturbed reception, and a cut in it is no error: it has no end to miss.
 */
const TRUNCATED =
  /: partial file$|File ended prematurely|^\[(?!mpegts)\w[\w,]* @ 0x[0-9a-f]+\] Packet corrupt/;

/**
 * Counts damage in ffmpeg's log, line by line (needs `-loglevel repeat+warning`). Necessary because exit code and `-max_error_rate` see only
 * frames that were not decoded at all: with 100 bits flipped in 5 s of H.264, 15 of 151 frames were patched up by the decoder, and both said nothing;
 * `-xerror` instead ends at the first, so that one bad packet would cost the user a two-hour recording.
 */
export function damageReader(): { damage: Damage; read(chunk: Buffer | string): void } {
  const damage: Damage = { frames: 0, truncated: false };
  let rest = '';
  return {
    damage,
    read(chunk) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = (lines.pop() ?? '').slice(-2048);
      for (const line of lines) {
        if (DAMAGED.test(line)) damage.frames++;
        if (TRUNCATED.test(line)) damage.truncated = true;
      }
    },
  };
}
