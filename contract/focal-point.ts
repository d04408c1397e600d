import * as z from 'zod';

const SHARE = z.number().min(0).max(1);

/** What matters in a picture, as shares of its width and height as it is shown: upright. */
export const FOCAL_POINT = z
  .strictObject({
    x: SHARE.describe('From the left edge, 0, to the right, 1.'),
    y: SHARE.describe('From the top, 0, to the bottom, 1.'),
  })
  .describe(
    'What outputs with `"gravity": "focal"` keep in the middle. Sent as x-amz-meta-focal-point, as an upload without this API may be: `0.3,0.7`.',
  );
export type FocalPoint = z.output<typeof FOCAL_POINT>;

/** User metadata of an upload, `x-amz-meta-focal-point`. */
export const FOCAL_POINT_METADATA = 'focal-point';
const NUMBER = '(\\d?(?:\\.\\d{1,20})?)';
const TEXT = new RegExp(`^\\s*${NUMBER}\\s*,\\s*${NUMBER}\\s*$`);

/** Reads `0.3,0.7`. Returns undefined for anything else. */
export function parseFocalPoint(text: string): FocalPoint | undefined {
  const [, x = '', y = ''] = TEXT.exec(text) ?? [];
  const point = FOCAL_POINT.safeParse({ x: x ? Number(x) : undefined, y: y ? Number(y) : undefined });
  return point.success ? point.data : undefined;
}

/** As user metadata. More than four digits are less than a pixel. */
export const writeFocalPoint = ({ x, y }: FocalPoint): string =>
  [x, y].map((share) => `${Number(share.toFixed(4))}`).join(',');
