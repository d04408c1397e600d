import { ENCRYPTION_ENTRIES, encryptionReader } from '../ffmpeg/encryption.ts';
import { lineReader } from '../ffmpeg/line-reader.ts';
import type { Damage } from '../ffmpeg/media-damage.ts';
import { runFfprobe } from '../ffmpeg/run-ffprobe.ts';
import type { AudioSource } from './audio-source.ts';
import type { Look } from './look.ts';
import { hasTimestamps, type Timeline, timelineReader } from './timeline.ts';

export interface TrackScan extends Timeline {
  packets: number;
  damage: Damage;
}

/** Longest duration of a packet that is believed, in seconds. A longer one is a broken timestamp. */
const MAX_PACKET_SECONDS = 10;

/**
 * Reads every packet of the track without decoding any: takes a second for ten hours. Throws
 * `UnsupportedMediaType` if the track is encrypted.
 */
export async function scanTrack(source: AudioSource, look: Look): Promise<TrackScan> {
  const { timeline, add } = timelineReader();
  let packets = 0;
  const encryption = encryptionReader();
  const isTimed = hasTimestamps(source);
  const args = [
    ...['-select_streams', `${source.index}`, '-of', 'csv=p=1', '-show_entries'],
    `packet=pts_time,dts_time,duration_time,flags:${ENCRYPTION_ENTRIES}`,
  ];
  const { log, damage } = await runFfprobe(
    look,
    args,
    lineReader((line) => {
      const [section, first = '', second = '', third = '', flags = ''] = line.split(',');
      encryption.read(line);
      // D: outside the edit list, never played.
      if (section !== 'packet' || flags.includes('D')) return;
      packets++;
      const duration = number(third);
      add(
        isTimed ? (number(first) ?? number(second)) : undefined,
        duration !== undefined && duration < MAX_PACKET_SECONDS ? duration : undefined,
      );
    }),
  );
  encryption.assertPlayable(log);
  return { ...timeline, packets, damage };
}

/** Parses a number; ffprobe prints `N/A` for none. */
function number(text: string): number | undefined {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? value : undefined;
}
