// One contestant: the product's own audio code, without AWS. Arguments: recording, empty folder to work in.
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transcodeFile } from '../../tasks/transcode-audio/transcode-file.ts';

const [, , recording, directory] = process.argv;
if (!recording || !directory) throw new Error('Expected a recording and a folder to work in.');

await copyFile(recording, join(directory, 'source'));
await transcodeFile({
  directory,
  source: 'source',
  config: {
    PROCESSING_TIMEOUT: 3600,
    MAX_AUDIO_SECONDS: 24 * 3600,
    ENABLE_LOUDNESS_NORMALIZATION: process.env.NORMALIZE === 'true',
  },
  signal: new AbortController().signal,
  onProgress: () => {},
  emit: async () => {},
});
