import type { Metadata } from 'sharp';

/** A local file path, or the whole image in memory. */
export type ImageSource = string | Buffer;

export interface ImageLimits {
  maxBytes: number;
  /** Total over all frames of an animation. */
  maxPixels: number;
  maxFrames: number;
  /** Enables HEIC decoding. */
  heic: boolean;
}

export interface ImageFacts {
  label: string;
  /** Upright size of one frame, in pixels. */
  width: number;
  height: number;
  /** Number of frames of an animation, otherwise 1. */
  frames: number;
  /** Number of further images in the file that are not frames. */
  otherPages: number;
  /** EXIF orientation; 1 (upright) if absent. Outputs have it applied. */
  orientation: number;
  header: Metadata;
  /** Reasons to suspect that parts of the file are missing. */
  doubts: string[];
}
