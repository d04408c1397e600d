import type { Metadata } from 'sharp';
import type { Rectangle } from './heif/heif-crop.ts';

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

/** Color space of stored values that the decoder does not know about and this program must apply. */
export interface StoredColors {
  /** ICC profile; undefined: sRGB, whatever profile the file also has. */
  profile: Buffer | undefined;
}

/** How the upload stores the image, so that no output of its size need be larger. */
export interface UploadFacts {
  bytes: number;
  /** PNG, GIF, TIFF or lossless WebP: no output can look better. */
  isLossless: boolean;
  /** Number of colors of line art: a palette, or up to 16 grays. */
  colors?: number;
  /** 1 to 100, of a JPEG. */
  quality?: number | undefined;
  /** The format, if the stored image data are right without the rest: upright, and in sRGB. */
  bareFormat?: 'jpeg' | 'png' | 'webp' | undefined;
}

export interface ImageFacts {
  label: string;
  /** Upright size of one frame, in pixels. */
  width: number;
  height: number;
  /** Part of the upright picture that is shown, if not all; `width` and `height` are its size. */
  shown?: Rectangle;
  /** Number of frames of an animation, otherwise 1. */
  frames: number;
  /** Number of further images in the file that are not frames. */
  otherPages: number;
  /** EXIF orientation; 1 (upright) if absent. Outputs have it applied. */
  orientation: number;
  header: Metadata;
  upload: UploadFacts;
  /** Color space that the decoder does not apply; undefined if it does, or if there is none. */
  colors: StoredColors | undefined;
  /** The file says where it was made, or what place it shows. */
  hasLocation: boolean;
  /** Channels that are neither color nor alpha, and are left out. */
  hasSpareChannels: boolean;
  /** What the outputs lack, or may lack, because of the file; for human readers. */
  doubts: string[];
}
