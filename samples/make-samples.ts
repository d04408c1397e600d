import { join } from 'node:path';
import { makeImages } from './make-images.ts';

/** A file of the demo, and how its job must end. */
export interface Sample {
  /** Path of the file. */
  file: string;
  expect: 'COMPLETED' | 'REJECTED';
}

/** Makes the demo's files below a folder. */
export async function makeSamples(folder: string): Promise<Sample[]> {
  return makeImages(join(folder, 'images'));
}
