import type { VideoTrack } from '../ffmpeg/media-probe.ts';
import type { Size } from './ladder.ts';

export type DynamicRange = 'SDR' | 'PQ' | 'HLG';

const HDR_TRANSFERS: Readonly<Record<string, DynamicRange>> = { smpte2084: 'PQ', 'arib-std-b67': 'HLG' };

/** Maps ffprobe's matrix names to the scale filter's. RGB has none. */
const MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  bt470bg: 'bt470',
  fcc: 'fcc',
  smpte240m: 'smpte240m',
  bt2020nc: 'bt2020',
};

export function dynamicRangeOf({ color, dolbyVision }: VideoTrack): DynamicRange {
  // Dolby Vision profile 5 often leaves its transfer unspecified; it is PQ.
  return HDR_TRANSFERS[color.transfer ?? ''] ?? (dolbyVision === 5 ? 'PQ' : 'SDR');
}

/** Players show it right as it is: SDR in the colors of HD or SD television, which the file may name or not. */
export function isStandardColor(track: VideoTrack): boolean {
  const { space, transfer, primaries, range } = track.color;
  const television = [undefined, 'bt709', 'smpte170m', 'bt470bg'];
  return (
    dynamicRangeOf(track) === 'SDR' &&
    track.dolbyVision === undefined &&
    [space, primaries, transfer].every((name) => television.includes(name)) &&
    range !== 'pc'
  );
}

/**
 * Returns filters that scale to a size and convert to a format that every player displays
 * correctly: 8-bit 4:2:0, BT.709, limited range, square pixels. A file that does not specify its
 * matrix means BT.601 below 720 lines and BT.709 from there, as players assume. Tone mapping runs
 * after scaling, since it is the most expensive step, on 32-bit floats.
 */
export function toStandardColor(track: VideoTrack, { width, height }: Size): string {
  const { color } = track;
  const dynamicRange = dynamicRangeOf(track);
  if (dynamicRange !== 'SDR' || color.primaries === 'bt2020') {
    const transfer = { PQ: 'smpte2084', HLG: 'arib-std-b67', SDR: 'bt709' }[dynamicRange];
    const input = `tin=${transfer}:min=bt2020nc:pin=bt2020:rin=${color.range === 'pc' ? 'pc' : 'tv'}`;
    const scaled = `zscale=w=${width}:h=${height}:filter=bicubic:${input}`;
    const toSdr =
      dynamicRange === 'SDR'
        ? [`${scaled}:t=bt709:m=bt709:p=bt709:r=tv`]
        : [
            `${scaled}:t=linear:npl=100`,
            'format=gbrpf32le',
            'zscale=p=bt709',
            'tonemap=tonemap=hable:desat=0',
            'zscale=t=bt709:m=bt709:r=tv',
          ];
    return [...toSdr, 'format=yuv420p', 'setsar=1'].join(',');
  }
  const matrices = `in_color_matrix=${sourceMatrix(track)}:out_color_matrix=bt709:out_range=tv`;
  return `scale=${width}:${height}:flags=bicubic:${matrices},format=yuv420p,setsar=1`;
}

/** Returns the scale filter's name of a track's matrix. */
export const sourceMatrix = ({ color, height }: VideoTrack): string =>
  MATRICES[color.space ?? ''] ?? (height >= 720 ? 'bt709' : 'bt601');

/**
 * Color metadata of the outputs. Without it, players would guess by size, and 480p would look
 * different from 1080p.
 */
export const COLOR_TAGS = [
  '-colorspace',
  'bt709',
  '-color_primaries',
  'bt709',
  '-color_trc',
  'bt709',
  '-color_range',
  'tv',
];

/**
 * Returns filters that scale a frame in standard color for a JPEG file, which is always full-range
 * BT.601.
 */
export const toJpeg = ({ width, height }: Size) =>
  `scale=${width}:${height}:flags=bicubic:in_color_matrix=bt709:in_range=tv:out_color_matrix=bt601:out_range=pc,format=yuvj420p`;
