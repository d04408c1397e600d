import type { OutputName } from '../../kinds/outputs.ts';
import { type Outbox, openOutbox } from '../../outbox.ts';
import { type EarlierOutputs, type Emit, NOTHING_EARLIER, type Output, type Recipe } from '../../output.ts';
import type { DocumentProfile } from '../../profile/document-profile.ts';
import { pageName, pageRecipe, thumbnailRecipe } from '../document-recipes.ts';
import { discard, encodePage, encodeThumbnails, type RawPicture } from './page-pictures.ts';

interface PictureTarget {
  /** Number of pages that get an image of their own. */
  maxPageImages: number;
  profile: DocumentProfile;
  put: Emit;
  earlier: EarlierOutputs;
}

/**
 * Encodes and publishes page images while the child works on the next page; at most one is pending.
 */
export class PictureQueue {
  private readonly target: PictureTarget;
  private readonly outbox: Outbox;
  /** Thumbnails that are still to be made. */
  private pending: DocumentProfile['thumbnails'];

  constructor(target: PictureTarget) {
    this.target = target;
    this.outbox = openOutbox(target.put, { atOnce: 1 });
    this.pending = target.profile.thumbnails.filter(
      (thumbnail) => !this.isTaken(thumbnailRecipe(thumbnail), `${thumbnail.name}.jpg`),
    );
  }

  /**
   * Returns true if the page is among those with an image. The first page that can be drawn becomes
   * the thumbnails.
   */
  shows(page: number): boolean {
    return page <= Math.max(this.target.maxPageImages, 1) || this.pending.length > 0;
  }

  /** Takes over what was made of a page that is shown, unless something is to be made of it. */
  takeOver(page: number): boolean {
    if (this.pending.length > 0) return false;
    return page > this.target.maxPageImages
      ? this.target.earlier !== NOTHING_EARLIER
      : this.isPageTaken(page);
  }

  /** Waits for the previous image, so that only one is in memory, and throws if that one failed. */
  async add(picture: RawPicture): Promise<void> {
    await this.outbox.delivered();
    const thumbnails = this.pending;
    this.pending = [];
    this.outbox.send(() => this.encode(picture, thumbnails));
  }

  delivered = () => this.outbox.delivered();
  stopped = () => this.outbox.stopped();

  private async encode(picture: RawPicture, thumbnails: DocumentProfile['thumbnails']): Promise<Output[]> {
    const { maxPageImages, profile } = this.target;
    const outputs = await encodeThumbnails(picture, thumbnails);
    if (picture.page <= maxPageImages && !this.isPageTaken(picture.page))
      outputs.push(await encodePage(picture, profile.pages));
    await discard(picture);
    return outputs;
  }

  private isPageTaken(page: number): boolean {
    const { pages } = this.target.profile;
    return this.isTaken(pageRecipe(pages), pageName(page, pages));
  }

  private isTaken(recipe: Recipe, name: OutputName): boolean {
    // Other pages and thumbnails have the same recipe, so that it is known where this one is missing.
    const taken = this.target.earlier.takeOver([recipe], (file) => file === name);
    return taken !== undefined && taken.length > 0;
  }
}
