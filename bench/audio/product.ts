// One contestant: the product's own audio code, without AWS. Arguments: recording, working folder,
// `whole` or `encode`. `encode` runs only decoding, encoding and peaks. Prints the milliseconds of
// the work, without Node's startup.
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { audioSource } from '../../media/audio/audio-source.ts';
import { encodeOnce, padsOf } from '../../media/audio/encode-once.ts';
import { decoderOptions, planAudio } from '../../media/audio/plan.ts';
import { transcodeFile } from '../../media/audio/transcode-file.ts';
import { probeMedia } from '../../media/ffmpeg/probe-media.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';

const [, , recording, directory, what] = process.argv;
if (!recording || !directory) throw new Error('Expected a recording and a working folder.');
const look = { input: 'source', cwd: directory, maxPixels: 36_000_000, timeoutSeconds: 3600 };

await copyFile(recording, join(directory, 'source'));
const started = performance.now();
await (what === 'encode' ? encode() : transcode(directory));
console.log((performance.now() - started).toFixed(0));

function transcode(folder: string) {
  return transcodeFile({
    profile: DEFAULT_PROFILE.audio,
    directory: folder,
    source: 'source',
    config: {
      PROCESSING_TIMEOUT: 3600,
      MAX_AUDIO_SECONDS: 24 * 3600,
      ENABLE_LOUDNESS_NORMALIZATION: process.env.NORMALIZE === 'true',
      TRUNCATED_MEDIA: 'refuse',
    },
    signal: new AbortController().signal,
    onProgress: () => {},
    emit: async () => {},
  });
}

async function encode() {
  const source = audioSource(await probeMedia(look));
  const plan = planAudio(source, { gainDb: 0, outputs: DEFAULT_PROFILE.audio.outputs });
  const decode = { ...look, ...decoderOptions(source, padsOf(plan), []) };
  return encodeOnce({ plan, decode, onFrames: () => {}, assertWhole: () => {} });
}
