/**
 * Seconds by which a timestamp may differ from the count of the samples before it: containers round
 * timestamps, and clocks drift. More is a hole (lost packets, silence that was not sent, damage).
 */
const HOLE_SECONDS = 0.1;
/**
 * Longest hole that is filled. More is a broken timestamp, or a stream that was joined to another:
 * filling it would make hours of silence.
 */
const MAX_HOLE_SECONDS = 600;

/**
 * Formats whose packets carry timestamps of their own. In others ffmpeg counts the samples, so that
 * there are no holes.
 */
const TIMED = /^(mov|matroska|ogg|flv|asf|mpegts|mpeg|flac)/;
export const hasTimestamps = ({ format }: { format: string }) => TIMED.test(format);

/**
 * Returns filters that fill holes with silence, so that what follows stays at its time. Nothing is
 * ever dropped: where timestamps jump back, or ahead by more than a hole, the sound goes on. A late
 * start is no hole: the first frame begins the sound.
 */
export function fillHoles(): string {
  // Variables, in seconds: 0 what is added to the frames' times, 1 the end of the frame before, 2
  // the time by which this frame is ahead of that, 3 its start.
  const expression = [
    'if(eq(N,0),st(0,-T))',
    'st(2,T+ld(0)-ld(1))',
    `if(gt(ld(2),${HOLE_SECONDS})*lte(ld(2),${MAX_HOLE_SECONDS}),st(1,ld(1)+ld(2)),if(gt(abs(ld(2)),${HOLE_SECONDS}),st(0,ld(0)-ld(2))))`,
    'st(3,ld(1))',
    'st(1,ld(3)+NB_SAMPLES/SR)',
    'floor(ld(3)/TB+0.5)',
  ];
  return `asetpts='${expression.join(';')}',aresample=async=1:min_hard_comp=${HOLE_SECONDS / 2}`;
}

/**
 * Options of ffmpeg for `fillHoles`: it must not mend jumps by itself, as it does from 10 s up.
 */
export const KEEP_TIMESTAMPS = ['-dts_delta_threshold', `${MAX_HOLE_SECONDS}`];

export interface Timeline {
  /** Seconds from the first packet's start to the last one's end, with the holes that are filled. */
  seconds: number;
  /** Seconds of holes that are filled. */
  holeSeconds: number;
  /** Timestamps that jump ahead by more than a hole. One that goes back begins another recording. */
  jumps: number;
  /** End of the last packet by the file's own clock; undefined without packets. */
  endSeconds?: number | undefined;
}

/**
 * Measures packets as `fillHoles` lays out the samples, by the file's own clock, since durations are
 * rounded. Times are in seconds; a packet without a duration lasts until the next.
 */
export function timelineReader(): {
  timeline: Timeline;
  add(time: number | undefined, duration: number | undefined): void;
} {
  const timeline: Timeline = { seconds: 0, holeSeconds: 0, jumps: 0 };
  let last: { time: number; duration: number | undefined; begin: number } | undefined;
  let lastStep = 0;
  return {
    timeline,
    add(time = last ? last.time + (last.duration ?? 0) : 0, duration) {
      let begin = 0;
      if (last) {
        const step = time - last.time;
        const isOpen = last.duration === undefined && step >= 0 && step <= MAX_HOLE_SECONDS;
        const ahead = isOpen ? 0 : step - (last.duration ?? lastStep);
        const isHole = ahead > HOLE_SECONDS && ahead <= MAX_HOLE_SECONDS;
        const isJump = !isHole && Math.abs(ahead) > HOLE_SECONDS;
        if (isHole) timeline.holeSeconds += ahead;
        if (isJump && ahead > 0) timeline.jumps++;
        if (!isJump) lastStep = Math.max(0, step - (isHole ? ahead : 0));
        begin = last.begin + (isJump ? (last.duration ?? lastStep) : Math.max(0, step));
      }
      last = { time, duration, begin };
      timeline.seconds = begin + (duration ?? lastStep);
      timeline.endSeconds = Math.max(timeline.endSeconds ?? 0, time + (duration ?? lastStep));
    },
  };
}
