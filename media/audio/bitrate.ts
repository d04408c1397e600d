import type { AudioCodec, AudioOutputProfile } from '../profile/audio-profile.ts';

export interface Encoding {
  sampleRate: number;
  channels: 1 | 2;
  /** bit/s */
  bitrate: number;
}

export interface Worth {
  codec: string;
  profile?: string | undefined;
  /** bit/s; if absent, the source counts as lossless. */
  bitrate?: number | undefined;
  sampleRate: number;
  channels: number;
}

const MP3_RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];
/**
 * Rates above 48 kHz carry nothing audible, browsers resample them, and MP3 and Opus do not support
 * them.
 */
const LEGAL_RATES: Record<AudioCodec, readonly number[]> = {
  mp3: MP3_RATES,
  aac: MP3_RATES,
  opus: [8000, 12000, 16000, 24000, 48000],
};
/** Minimum kbit/s per channel, even for low sample rates. */
const LEAST = 24;

/**
 * Efficiency of each codec: kbit/s of MP3 for the same quality as 1 kbit/s (rough figures from
 * listening tests at 64 to 128 kbit/s). Makes the bitrates of different codecs comparable: a 24
 * kbit/s Opus voice note needs 40 kbit/s of MP3. A codec not listed is lossless, or rare enough to
 * be treated as such.
 */
const WORTH_IN_MP3: Readonly<Record<string, number>> = {
  ...{ mp1: 0.5, mp2: 0.7, mp3: 1, ac3: 0.75, eac3: 1, dts: 0.5 },
  ...{ wmav1: 0.9, wmav2: 1.1, wmapro: 1.3, vorbis: 1.3, aac: 1.3, opus: 1.6, amr_nb: 2, amr_wb: 2 },
};
const HE_AAC = 2;

/**
 * Bitrates in kbit/s: MPEG-1 Layer III from 32 kHz, MPEG-2 below. From 8 to 12 kHz (MPEG-2.5),
 * decoders are only reliable up to 64.
 */
const MP3_STEPS = {
  high: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192],
  middle: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  low: [8, 16, 24, 32, 40, 48, 56, 64],
};
const EVEN_STEPS = [12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192];

/**
 * Chooses an output's encoding: never a higher bitrate than the source justifies, never a sample
 * rate that the codec does not support.
 */
export function encoding(
  { codec, kilobitsPerChannel: full }: Omit<AudioOutputProfile, 'name'>,
  source: Worth,
): Encoding {
  const channels = source.channels === 1 ? 1 : 2;
  const sampleRate = legalRate(codec, source.sampleRate);
  const bandwidth = Math.min(1, Math.min(source.sampleRate, sampleRate) / 44_100);
  const wanted = Math.max(Math.min(LEAST, full), full * bandwidth) * channels;
  const bitrate = stepBelow(steps(codec, sampleRate), Math.min(wanted, worth(codec, source))) * 1000;
  return { sampleRate, channels, bitrate };
}

/**
 * Returns the lowest supported rate that keeps the source's bandwidth; 44.1 kHz for its multiples.
 */
function legalRate(codec: AudioCodec, rate: number): number {
  const target = rate > 48_000 ? (rate % 11_025 === 0 ? 44_100 : 48_000) : rate;
  return LEGAL_RATES[codec].find((legal) => legal >= target) ?? 48_000;
}

/**
 * Returns the kbit/s at which this codec matches the source's quality; never less than the source's
 * own bitrate, since each generation loses quality.
 */
function worth(codec: AudioCodec, { codec: from, profile, bitrate, channels }: Worth): number {
  const each = profile?.startsWith('HE-AAC') ? HE_AAC : WORTH_IN_MP3[from];
  if (!each || !bitrate) return Number.POSITIVE_INFINITY;
  const own = bitrate / 1000 / (channels > 2 ? channels / 2 : 1);
  return own * Math.max(1, each / (WORTH_IN_MP3[codec] ?? 1));
}

/**
 * Returns the highest step at or below, with 5 % tolerance, since a 64 kbit/s file measures 63.9;
 * the lowest step if even that is too high.
 */
function stepBelow(ladder: readonly number[], kilobits: number): number {
  return ladder.findLast((step) => step <= kilobits * 1.05) ?? ladder[0] ?? LEAST;
}

function steps(codec: AudioCodec, sampleRate: number): readonly number[] {
  if (codec !== 'mp3') return EVEN_STEPS;
  return sampleRate >= 32_000 ? MP3_STEPS.high : sampleRate >= 16_000 ? MP3_STEPS.middle : MP3_STEPS.low;
}
