import type { Output } from '../../output.ts';
import { discard, encodePage, encodeThumbnails, type RawPicture } from './page-pictures.ts';

interface PictureTarget {
  /** Pages that get a picture of their own. */
  maxPageImages: number;
  put: (output: Output) => Promise<void>;
}

/** Encodes and publishes pictures while the child works on the next page; at most one waits. */
export class PictureQueue {
  private readonly target: PictureTarget;
  private pending: Promise<void> = Promise.resolve();
  private thumbnailsMade = false;

  constructor(target: PictureTarget) {
    this.target = target;
  }

  /** The first page that can be drawn becomes the thumbnails. */
  wants(page: number): boolean {
    return page <= Math.max(this.target.maxPageImages, 1) || !this.thumbnailsMade;
  }

  async add(picture: RawPicture): Promise<void> {
    await this.pending;
    const thumbnails = !this.thumbnailsMade;
    this.thumbnailsMade = true;
    this.pending = this.publish(picture, thumbnails);
    // The next `add` or `settled` throws what went wrong; until then nobody listens, which Node would take for a crash.
    this.pending.catch(() => {});
  }

  settled = () => this.pending;

  private async publish(picture: RawPicture, thumbnails: boolean): Promise<void> {
    const { maxPageImages, put } = this.target;
    if (thumbnails) for (const output of await encodeThumbnails(picture)) await put(output);
    if (picture.page <= maxPageImages) await put(await encodePage(picture));
    await discard(picture);
  }
}
