import { dynamicRangeOf, sourceMatrix } from './color.ts';
import type { VideoSource } from './source/video-source.ts';

/**
 * Returns filters, each with a comma after it, that turn decoded frames into progressive, opaque
 * ones: what every output is made of. Empty for most videos.
 */
export function inputFilters({ video, hiddenFields, isTransparent }: VideoSource): string {
  const filters: string[] = [];
  // The deinterlacer, unlike scalers, takes frames of one size only.
  if (hiddenFields || video.fieldOrder === 'interlaced') filters.push(`scale=${video.width}:${video.height}`);
  if (hiddenFields) filters.push(`setfield=${hiddenFields}`, 'bwdif=mode=send_frame:deint=all');
  else if (video.fieldOrder === 'interlaced') filters.push('bwdif=mode=send_frame:deint=interlaced');
  // On black, as players show it: what lies below transparent pixels is not meant to be seen.
  if (isTransparent && dynamicRangeOf(video) === 'SDR')
    filters.push(
      `scale=in_color_matrix=${sourceMatrix(video)}`,
      'format=gbrap',
      'premultiply=inplace=1',
      'format=gbrp',
    );
  return filters.map((filter) => `${filter},`).join('');
}
