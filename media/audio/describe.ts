import type { MediaProbe } from '../ffmpeg/media-probe.ts';
import type { Output } from '../output.ts';
import type { AudioSource } from './audio-source.ts';
import type { Checked } from './check-output.ts';
import type { Loudness } from './loudness.ts';
import type { Encoder } from './plan.ts';
import type { EmbeddedTags } from './tags/embedded-tags.ts';
import { readChapter, readTags } from './tags/tags.ts';

/** Builds `metadata.json`, the source's metadata. */
export function describeSource(facts: {
  probe: MediaProbe;
  source: AudioSource;
  embedded: EmbeddedTags;
  seconds: number;
  loudness: Loudness;
  /** Target and gain, if the outputs were normalized. */
  normalization: object | undefined;
  cover: Output | undefined;
}): object {
  const { probe, source, embedded, seconds, loudness, normalization, cover } = facts;
  const {
    codec,
    profile,
    bitrate,
    channels,
    channelLayout,
    sampleRate,
    bitDepth,
    format: container,
  } = source;
  return {
    kind: 'AUDIO',
    container,
    durationSeconds: rounded(seconds),
    audio: { codec, profile, bitrate, channels, channelLayout, sampleRate, bitDepth },
    audioTracks: probe.audio.length,
    tags: readTags(embedded.tags),
    ...(embedded.chapters.length > 0 && { chapters: embedded.chapters.map(readChapter) }),
    cover: cover?.facts,
    loudness,
    ...(normalization && { normalization }),
  };
}

/** Returns the facts about a transcoded file for the manifest. */
export function encodedFacts(
  { output: { codec }, channels, sampleRate }: Encoder,
  { durationSeconds, bitrate }: Checked,
) {
  return { codec, durationSeconds: rounded(durationSeconds), bitrate, channels, sampleRate };
}

const rounded = (seconds: number) => Math.round(seconds * 1000) / 1000;
