import { outputOfProfile } from '../kinds/describe-output.ts';
import type { OutputName } from '../kinds/outputs.ts';
import type { Recipe } from '../output.ts';
import { AUDIO_EXTENSIONS, type AudioOutputProfile, type AudioProfile } from '../profile/audio-profile.ts';

export interface AudioSettings {
  /** Whether the loudness is brought to the profile's target. */
  isNormalized: boolean;
}

export const WAVEFORM: Recipe = { name: 'waveform', definition: {} };
export const COVER: Recipe = { name: 'cover', definition: {} };

/** Recipes of all files of a recording that a profile asks for, and of the description. */
export function audioRecipes(profile: AudioProfile, settings: AudioSettings): Recipe[] {
  return [
    ...profile.outputs.map((output) => audioRecipe(output, profile, settings)),
    ...[WAVEFORM, COVER],
    { name: 'metadata', definition: audioMetadata(profile, settings) },
  ];
}

export const audioRecipe = (
  output: AudioOutputProfile,
  profile: AudioProfile,
  settings: AudioSettings,
): Recipe => ({ name: 'audio', definition: { ...output, ...audioMetadata(profile, settings) } });

/** The description says what the loudness was brought to. */
export const audioMetadata = ({ loudness }: AudioProfile, { isNormalized }: AudioSettings) =>
  isNormalized ? { loudness } : {};

export const audioFile = ({ name, codec }: AudioOutputProfile): OutputName =>
  outputOfProfile(name, AUDIO_EXTENSIONS[codec]);
