import type { VideoProfile } from '../../profile/video-profile.ts';
import { type Size, shrink } from '../ladder.ts';

export interface Storyboard {
  tile: Size;
  columns: number;
  rows: number;
  tiles: number;
  /** Seconds covered by one tile. */
  interval: number;
}

const COLUMNS = 10;

/**
 * Plans the tiles, by the profile `default` one per second and up to a hundred for the whole video,
 * which players show as previews above the seek bar. One JPEG of at most ten tiles square.
 */
export function storyboardFor(
  display: Size,
  videoSeconds: number,
  { tileSide, intervalSeconds, maxTiles }: VideoProfile['storyboard'],
): Storyboard {
  const interval = Math.max(intervalSeconds, Math.ceil(videoSeconds / maxTiles));
  // Rounded down: a last tile for a fraction of a second may find no frame, and would be black.
  const tiles = Math.min(maxTiles, Math.max(1, Math.floor(videoSeconds / interval)));
  const columns = Math.min(COLUMNS, tiles);
  return {
    tile: shrink(display, tileSide, tileSide),
    columns,
    rows: Math.ceil(tiles / columns),
    tiles,
    interval,
  };
}

/**
 * Returns WebVTT whose cues reference regions of the sprite
 * (https://www.w3.org/TR/media-frags/#naming-space). `url` is the sprite's, relative to this file.
 */
export function storyboardVtt(
  { tile, columns, tiles, interval }: Storyboard,
  url: string,
  durationSeconds: number,
): string {
  const cues = Array.from({ length: tiles }, (_, i) => {
    const end = i === tiles - 1 ? Math.max(durationSeconds, i * interval + 0.001) : (i + 1) * interval;
    const x = (i % columns) * tile.width;
    const y = Math.floor(i / columns) * tile.height;
    return `${clock(i * interval)} --> ${clock(end)}\n${url}#xywh=${x},${y},${tile.width},${tile.height}\n`;
  });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

function clock(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const part = (unit: number, modulo: number, digits: number) =>
    `${Math.floor(milliseconds / unit) % modulo}`.padStart(digits, '0');
  return `${part(3_600_000, 1000, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}
