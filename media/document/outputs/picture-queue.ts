import { type Outbox, openOutbox } from '../../outbox.ts';
import type { Emit, Output } from '../../output.ts';
import type { DocumentProfile } from '../../profile/document-profile.ts';
import { discard, encodePage, encodeThumbnails, type RawPicture } from './page-pictures.ts';

interface PictureTarget {
  /** Number of pages that get an image of their own. */
  maxPageImages: number;
  profile: DocumentProfile;
  put: Emit;
}

/**
 * Encodes and publishes page images while the child works on the next page; at most one is pending.
 */
export class PictureQueue {
  private readonly target: PictureTarget;
  private readonly outbox: Outbox;
  private thumbnailsMade = false;

  constructor(target: PictureTarget) {
    this.target = target;
    this.outbox = openOutbox(target.put, { atOnce: 1 });
  }

  /**
   * Returns true if the page's image is needed. The first page that can be drawn becomes the
   * thumbnails.
   */
  wants(page: number): boolean {
    return page <= Math.max(this.target.maxPageImages, 1) || !this.thumbnailsMade;
  }

  /** Waits for the previous image, so that only one is in memory, and throws if that one failed. */
  async add(picture: RawPicture): Promise<void> {
    await this.outbox.delivered();
    const thumbnails = !this.thumbnailsMade;
    this.thumbnailsMade = true;
    this.outbox.send(() => this.encode(picture, thumbnails));
  }

  delivered = () => this.outbox.delivered();
  stopped = () => this.outbox.stopped();

  private async encode(picture: RawPicture, thumbnails: boolean): Promise<Output[]> {
    const { maxPageImages, profile } = this.target;
    const outputs = thumbnails ? await encodeThumbnails(picture, profile.thumbnails) : [];
    if (picture.page <= maxPageImages) outputs.push(await encodePage(picture, profile.pages));
    await discard(picture);
    return outputs;
  }
}
