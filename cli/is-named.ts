import type { Output } from '../contract/job-api.ts';

/** Tells whether an output is called so, with or without its extension: `thumb_small`, `audio.mp3`. */
export const isNamed = ({ key }: Output, name: string): boolean =>
  key.endsWith(`_${name}`) || key.replace(/\.\w+$/, '').endsWith(`_${name}`);
