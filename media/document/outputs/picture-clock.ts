import type { TimeLimits } from '../limits.ts';

/** Shortest time in milliseconds in which a page is worth trying to draw. */
const SHORTEST = 500;

export interface PictureClock {
  /** Returns the time for the next picture in milliseconds; undefined if none is left. */
  share(): number | undefined;
  spend(milliseconds: number): void;
}

/**
 * Divides the time for all pictures of a document, so that hard pages do not use up that of the
 * others: half of it evenly, and of the other half, which also gets what a picture did not need, a
 * quarter at a time.
 */
export function pictureClock({ pagePicture, allPictures }: TimeLimits, pictures: number): PictureClock {
  const even = allPictures / 2 / Math.max(1, pictures);
  let spare = allPictures / 2;
  return {
    share() {
      const share = Math.min(pagePicture, even + Math.max(0, spare) / 4);
      return share >= Math.min(SHORTEST, pagePicture) ? Math.round(share) : undefined;
    },
    spend(milliseconds) {
      spare += even - milliseconds;
    },
  };
}
