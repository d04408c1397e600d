import { videoCodec } from './codecs/codec-strings.ts';

/**
 * Recommended by Apple's authoring specification; keyframes come every 2 s
 * (https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices).
 */
export const SEGMENT_SECONDS = 6;
/** Longest segment accepted for a copied rendition with sparse keyframes. */
export const MAX_SEGMENT_SECONDS = 10;
export const INIT_NAME = 'init.mp4';
export const PLAYLIST_NAME = 'index.m3u8';

export const segmentsFolder = (name: string) => `hls/${name}` as const;
export const segmentName = (index: number) => `${`${index}`.padStart(5, '0')}.m4s` as const;
export const segmentPattern = (name: string) => `${segmentsFolder(name)}/%05d.m4s`;

export interface Segment {
  uri: string;
  seconds: number;
  bytes: number;
}

export interface Variant {
  name: string;
  width: number;
  height: number;
  frameRate: number;
  hasAudio: boolean;
  segments: readonly Segment[];
  /** Content of `init.mp4`. */
  init: Buffer;
}

/**
 * Parses the segments of a playlist that ffmpeg wrote. `sizes` maps each name to its size in bytes.
 */
export function readPlaylist(text: string, sizes: ReadonlyMap<string, number>): Segment[] {
  return [...text.matchAll(/#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)/g)].map(([, seconds = '', uri = '']) => {
    const bytes = sizes.get(uri.trim());
    if (bytes === undefined) throw new Error(`The playlist lists ${uri}, which does not exist.`);
    return { uri: uri.trim(), seconds: Number(seconds), bytes };
  });
}

/**
 * Builds the published media playlist. ffmpeg's own has type EVENT, so that it grows as segments
 * are made.
 */
export function mediaPlaylist(segments: readonly Segment[]): string {
  const target = Math.max(...segments.map(({ seconds }) => Math.round(seconds)), 1);
  const entries = segments.map(({ uri, seconds }) => `#EXTINF:${seconds.toFixed(6)},\n${uri}\n`);
  return [
    '#EXTM3U\n#EXT-X-VERSION:7\n',
    `#EXT-X-TARGETDURATION:${target}\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n`,
    `#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI="${INIT_NAME}"\n`,
    ...entries,
    '#EXT-X-ENDLIST\n',
  ].join('');
}

/**
 * Builds the master playlist, smallest variant first, since players start with the first; of the same
 * size, that which most players decode. Every value is measured from the segments (RFC 8216, 4.3.4.2).
 */
export function masterPlaylist(variants: readonly Variant[]): string {
  const entries = [...variants]
    .sort((a, b) => a.width * a.height - b.width * b.height || rank(a) - rank(b))
    .map((variant) => {
      const { name, width, height, frameRate, hasAudio, segments, init } = variant;
      const attributes = [
        `BANDWIDTH=${peakBitrate(segments)}`,
        `AVERAGE-BANDWIDTH=${averageBitrate(segments)}`,
        `RESOLUTION=${width}x${height}`,
        `FRAME-RATE=${frameRate.toFixed(3)}`,
        `CODECS="${[videoCodec(init), ...(hasAudio ? ['mp4a.40.2'] : [])].join(',')}"`,
        'VIDEO-RANGE=SDR',
      ];
      return `#EXT-X-STREAM-INF:${attributes.join(',')}\n${name}/${PLAYLIST_NAME}\n`;
    });
  return ['#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n', ...entries].join('');
}

const CODECS = ['avc1', 'hvc1', 'av01'];
const rank = ({ init }: Variant) => CODECS.indexOf(videoCodec(init).slice(0, 4));

/**
 * Returns the highest bitrate of any run of segments that lasts 0.5 to 1.5 times the target
 * duration; the average if the video is shorter than that.
 */
export function peakBitrate(segments: readonly Segment[]): number {
  const target = Math.max(...segments.map(({ seconds }) => Math.round(seconds)), 1);
  let peak = 0;
  for (let from = 0; from < segments.length; from++) {
    let seconds = 0;
    let bytes = 0;
    for (const segment of segments.slice(from)) {
      seconds += segment.seconds;
      bytes += segment.bytes;
      if (seconds > target * 1.5) break;
      if (seconds >= target * 0.5) peak = Math.max(peak, (bytes * 8) / seconds);
    }
  }
  return Math.ceil(peak || averageBitrate(segments));
}

export function averageBitrate(segments: readonly Segment[]): number {
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  return Math.ceil(
    (segments.reduce((sum, segment) => sum + segment.bytes, 0) * 8) / Math.max(seconds, 0.001),
  );
}
