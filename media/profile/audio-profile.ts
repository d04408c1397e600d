import * as z from 'zod';
import { isFreeName } from '../kinds/free-name.ts';
import { uniqueBy } from './unique-names.ts';

/** Codecs, and the extensions of their containers. */
export const AUDIO_EXTENSIONS = { mp3: 'mp3', aac: 'm4a', opus: 'ogg' } as const;
export type AudioCodec = keyof typeof AUDIO_EXTENSIONS;
const CODECS = Object.keys(AUDIO_EXTENSIONS) as AudioCodec[];
/** Each is a process that encodes at the same time as the others. */
const MAX_OUTPUTS = 6;

const AUDIO_OUTPUT = z.strictObject({
  name: z
    .string()
    .refine(
      (name) => name === 'audio' || isFreeName(name),
      'expected audio, or up to 31 characters a-z, 0-9 or -, beginning with a letter, that no other output uses',
    )
    .describe('Begins the name of the file: `voice` is written as {stem}_voice.mp3.'),
  codec: z.enum(CODECS).describe('mp3 in MP3, aac in M4A, opus in Ogg.'),
  kilobitsPerChannel: z
    .number()
    .int()
    .min(12)
    .max(96)
    .describe(
      'For a lossless source at full bandwidth, in kbit/s; less where the source is worth less, and the next step below that the codec has.',
    ),
});

/** Outputs of a recording. */
export const AUDIO_PROFILE = z.strictObject({
  outputs: z
    .array(AUDIO_OUTPUT)
    .min(1)
    .max(MAX_OUTPUTS)
    .superRefine(uniqueBy('name', ({ name, codec }) => `${name}.${AUDIO_EXTENSIONS[codec]}`)),
  loudness: z
    .strictObject({
      integratedLufs: z.number().min(-40).max(-5),
      truePeakDbtp: z.number().min(-9).max(0),
    })
    .describe('Target of the normalization by EBU R128, where the operator has it switched on.'),
});

export type AudioProfile = z.output<typeof AUDIO_PROFILE>;
export type AudioOutputProfile = AudioProfile['outputs'][number];
