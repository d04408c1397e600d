import type { VideoRendition } from '../ladder.ts';

/** Shortest side in pixels that the encoders take. */
const LEAST_SIDE = { h264: 2, hevc: 16, av1: 64 } as const;
const H264_SCALE = 51;
const AV1_SCALE = 63;

/** Returns a rendition as it can be made, and notes on what differs from what was asked for. */
export function possibleCodec(rendition: VideoRendition): { rendition: VideoRendition; notes: string[] } {
  const { codec, crf, name, width, height } = rendition;
  if (Math.min(width, height) >= LEAST_SIDE[codec]) return { rendition, notes: [] };
  const factor = rendition.codec === 'av1' ? H264_SCALE / AV1_SCALE : 1;
  return {
    rendition: { ...rendition, codec: 'h264', crf: Math.round(crf * factor) },
    notes: [
      `${name}.mp4 is H.264: ${codec} wants at least ${LEAST_SIDE[codec]} pixels on each side, and it has ${width} × ${height}.`,
    ],
  };
}
