import { join } from 'node:path';
import { makeAudio } from './make-audio.ts';
import { makeDocuments } from './make-documents.ts';
import { makeImages } from './make-images.ts';
import { makeVideo } from './make-video.ts';
import type { Sample } from './sample.ts';

/**
 * Makes the demo's files in a folder, the slowest kind first, so that videos are processed while
 * the rest is made.
 */
export async function makeSamples(folder: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [kind, make] of Object.entries({
    video: makeVideo,
    audio: makeAudio,
    documents: makeDocuments,
    images: makeImages,
  })) {
    samples.push(...(await make(join(folder, kind))));
  }
  return samples;
}
