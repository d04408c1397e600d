import type { ByteRange } from '../../../base/byte-range.ts';
import { lineReader } from '../../ffmpeg/line-reader.ts';
import { type FfprobeRun, runFfprobe } from '../../ffmpeg/run-ffprobe.ts';

/** Consecutive packets of a track: when their frames are shown, in the file's timeline, and where they are. */
export interface PacketGroup extends ByteRange {
  firstSeconds: number;
  lastSeconds: number;
}

/** Packets of a group. Decoders with many threads read so many ahead of what they give. */
const GROUP = 32;

/** Returns where the packets of a track are, in the order of the file. Undefined if some do not say. */
export async function packetPositions(run: FfprobeRun, track: number): Promise<PacketGroup[] | undefined> {
  const groups: PacketGroup[] = [];
  let packets = 0;
  let isKnown = true;
  const args = ['-select_streams', `${track}`, '-show_entries', 'packet=pts_time,size,pos', '-of', 'csv=p=0'];
  await runFfprobe(
    run,
    args,
    lineReader((line) => {
      const [seconds, bytes, start] = line.split(',').map(Number.parseFloat);
      if (seconds === undefined || bytes === undefined || start === undefined) return;
      if (![seconds, bytes, start].every(Number.isFinite)) isKnown = false;
      const end = start + bytes;
      const group = packets++ % GROUP === 0 ? undefined : groups.at(-1);
      if (!group) groups.push({ start, end, firstSeconds: seconds, lastSeconds: seconds });
      else extend(group, { start, end, seconds });
    }),
  );
  return isKnown && groups.length > 0 ? groups : undefined;
}

function extend(group: PacketGroup, { start, end, seconds }: ByteRange & { seconds: number }): void {
  group.start = Math.min(group.start, start);
  group.end = Math.max(group.end, end);
  group.firstSeconds = Math.min(group.firstSeconds, seconds);
  group.lastSeconds = Math.max(group.lastSeconds, seconds);
}

/**
 * Returns the bytes to read for the frames from one time to another, or to the end: also those that are
 * read ahead, and a group before them.
 */
export function bytesBetween(
  groups: readonly PacketGroup[],
  from: number,
  to: number | undefined,
): ByteRange {
  const first = Math.max(0, groups.findIndex(({ lastSeconds }) => lastSeconds >= from) - 1);
  // Of a group whose frames are all later, none is needed, but a decoder reads it.
  const later = to === undefined ? -1 : groups.findIndex(({ firstSeconds }) => firstSeconds > to);
  const needed = groups.slice(first, later === -1 ? undefined : later + AHEAD);
  return {
    start: Math.min(...needed.map(({ start }) => start)),
    end: Math.max(...needed.map(({ end }) => end)),
  };
}

/** Groups that are read ahead: decoders of 16 threads hold as many frames, and those of B-frames more. */
const AHEAD = 3;
