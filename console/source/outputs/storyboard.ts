/** Frame in the storyboard sprite, with the time range it stands for. */
export interface Tile {
  /** Seconds. */
  from: number;
  to: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /([\d:.]+) --> ([\d:.]+).*\n.*#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)/g;

/**
 * Parses the cues of a storyboard: WebVTT that maps each time range to a rectangle of the sprite.
 */
export function tilesOf(vtt: string): Tile[] {
  return [...vtt.replaceAll('\r', '').matchAll(CUE)].map(([, from = '', to = '', ...rectangle]) => {
    const [x = 0, y = 0, width = 0, height = 0] = rectangle.map(Number);
    return { from: secondsOf(from), to: secondsOf(to), x, y, width, height };
  });
}

/** Returns the frame at a time, or the nearest one if no cue covers that time. */
export function tileAt(tiles: readonly Tile[], time: number): Tile | undefined {
  return tiles.find(({ to }) => time < to) ?? tiles.at(-1);
}

/** Parses a WebVTT timestamp: `01:02:03.450`, or without the hours. */
const secondsOf = (clock: string) => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
