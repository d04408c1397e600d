import type { Metadata } from 'sharp';

/** A local file, or the whole image in memory. */
export type ImageSource = string | Buffer;

export interface ImageLimits {
  maxBytes: number;
  /** Over all frames of an animation. */
  maxPixels: number;
  maxFrames: number;
  /** Whether HEIC is decoded. */
  heic: boolean;
}

export interface ImageFacts {
  label: string;
  /** Upright, in pixels; of one frame. */
  width: number;
  height: number;
  /** Frames of an animation, else 1. */
  frames: number;
  /** Pictures that the file holds beside the first and that are not frames. */
  otherPages: number;
  /** As EXIF says; 1, upright, where it says nothing. Outputs have it applied. */
  orientation: number;
  header: Metadata;
}
