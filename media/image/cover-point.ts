/** Shares of width and height of a picture as it is shown. */
export interface Point {
  x: number;
  y: number;
}

interface Size {
  width: number;
  height: number;
}

/**
 * Returns the part of a picture that has the shape of a frame, is as large as possible, and has a point
 * as near its middle as the edges allow.
 */
export function partAround(
  picture: Size,
  frame: Size,
  { x, y }: Point,
): Size & { left: number; top: number } {
  const factor = Math.max(frame.width / picture.width, frame.height / picture.height);
  const part = (whole: number, wanted: number, share: number) => {
    const length = Math.min(whole, Math.max(1, Math.round(wanted / factor)));
    const from = Math.round(whole * share - length / 2);
    return { length, from: Math.max(0, Math.min(whole - length, from)) };
  };
  const across = part(picture.width, frame.width, x);
  const down = part(picture.height, frame.height, y);
  return { left: across.from, top: down.from, width: across.length, height: down.length };
}
