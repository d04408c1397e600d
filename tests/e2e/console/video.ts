import type { Locator, Page } from 'playwright-core';
import { RESOURCES } from '../../../local/resources.ts';
import type { Console } from './pages.ts';

/** What the page's video element says of itself. */
export function videoOf(page: Page) {
  const video = page.locator('video');
  const read = <T>(name: string) =>
    video.evaluate((element, property) => (element as unknown as Record<string, T>)[property] as T, name);
  return {
    time: () => read<number>('currentTime'),
    source: () => read<string>('currentSrc'),
  };
}

/** Which part of its sprite a preview shows. Asking the browser for what it draws also proves that the policy let the style through. */
export function partShownBy(picture: Locator): Promise<string> {
  return picture.evaluate((element) => {
    const { getComputedStyle } = globalThis as unknown as {
      getComputedStyle: (of: unknown) => { backgroundImage: string; backgroundPosition: string };
    };
    const { backgroundImage, backgroundPosition } = getComputedStyle(element);
    return backgroundImage.includes('storyboard.jpg') ? backgroundPosition : backgroundImage;
  });
}

export interface Asked {
  origin: string;
  path: string;
  /** The development identity or token that the request showed. */
  caller: string | undefined;
  signed: boolean;
}

/** Makes the output bucket as private as it is on AWS: it answers to links alone. Gives what the page asks for from now on. */
export async function privateBucket({ page, site }: Console): Promise<Asked[]> {
  const asked: Asked[] = [];
  const bucket = `${site.pipeline.cloud.urls.storage}/${RESOURCES.outputBucket}/`;
  await page.route('**/*', async (route) => {
    const request = route.request();
    const { origin, pathname, searchParams } = new URL(request.url());
    const headers = await request.allHeaders();
    const caller = headers['x-development-identity'] ?? headers.authorization;
    const signed = searchParams.has('X-Amz-Signature');
    asked.push({ origin, path: decodeURIComponent(pathname), caller, signed });
    // S3 refuses a token beside a link, and what has neither.
    if (request.url().startsWith(bucket) && (!signed || caller)) return route.fulfill({ status: 403 });
    return route.continue();
  });
  return asked;
}
