/**
 * Demuxers of formats whose timestamps may restart or jump within a file (joined recordings, streams
 * after a failure): those with AVFMT_TS_DISCONT (https://ffmpeg.org/doxygen/trunk/avformat_8h.html).
 */
const DISCONTINUOUS = ['mpegts', 'mpeg', 'ogg'];
/** A jump by more than this is no pause but another clock: ffmpeg's `-dts_delta_threshold`. */
const JUMP_SECONDS = 10;
/** A step back by more than this is a restart. */
const BACK_SECONDS = 0.1;

export interface Moment {
  /** Stream index. */
  index: number;
  dts: number;
  duration: number;
}

interface Position {
  dts: number;
  next: number;
}

/**
 * Follows timestamps as ffmpeg does when it reads such a file, so that both find the same length:
 * where the clock of a track jumps, everything after that is moved to follow what came before.
 * Returns the seconds to add to a packet's timestamps; packets must come in file order.
 */
export function timelineJoiner(format: string): (moment: Moment) => number {
  if (!DISCONTINUOUS.includes(format)) return () => 0;
  const positions = new Map<number, Position>();
  let offset = 0;
  let lastDts: number | undefined;
  return ({ index, dts, duration }) => {
    const before = positions.get(index);
    const expected = before?.next ?? lastDts;
    if (expected !== undefined) {
      const delta = dts + offset - expected;
      const isBack = before !== undefined && dts + offset + BACK_SECONDS < before.dts;
      if (Math.abs(delta) > JUMP_SECONDS || isBack) offset -= delta;
    }
    const at = dts + offset;
    // Where packets do not say how long they last, the step before is the best guess.
    const step = duration > 0 || !before ? duration : Math.max(0, at - before.dts);
    positions.set(index, { dts: at, next: at + step });
    lastDts = at;
    return offset;
  };
}
