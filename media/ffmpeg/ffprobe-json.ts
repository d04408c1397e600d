import * as z from 'zod';

/** One entry of `streams`. Numbers that ffprobe cannot determine are undefined. */
export type FfprobeStream = z.output<typeof stream>;

const number = z.coerce.number().optional().catch(undefined);
const text = z.string().optional();
const tags = z.record(z.string(), z.string()).default({});
const sideData = z.object({ side_data_type: text, rotation: number, dv_profile: number });
const stream = z.object({
  index: z.number(),
  codec_name: z.string().default('unknown'),
  codec_type: text,
  profile: text,
  width: number,
  height: number,
  sample_aspect_ratio: text,
  pix_fmt: text,
  bits_per_raw_sample: number,
  bits_per_sample: number,
  field_order: text,
  has_b_frames: number,
  closed_captions: number,
  avg_frame_rate: text,
  r_frame_rate: text,
  nb_frames: number,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  color_range: text,
  channels: number,
  channel_layout: text,
  sample_rate: number,
  sample_fmt: text,
  duration: number,
  bit_rate: number,
  disposition: z.record(z.string(), z.number()).default({}),
  tags,
  side_data_list: z.array(sideData).default([]),
});
const answer = z.object({
  streams: z.array(stream).default([]),
  format: z.object({ format_name: z.string(), duration: number, start_time: number, bit_rate: number, tags }),
});

/** Parses ffprobe's JSON (`-show_format -show_streams`), in ffprobe's own terms. */
export const parseFfprobeJson = (json: unknown): z.output<typeof answer> => answer.parse(json);
