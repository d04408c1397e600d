import { useLayoutEffect, useRef } from 'preact/hooks';
import type { JobPage } from '../../../contract/job-api.ts';
import type { Place } from '../router.ts';
import { callerName } from '../session/session.ts';
import { focusJob } from './focus-job.ts';

/** What a list showed when it was left. */
interface Kept {
  page: JobPage;
  selected: string | undefined;
  scrollY: number;
}

/** Number of lists to keep. */
const MOST = 10;
const lists = new Map<string, Kept>();

/** The jobs of another caller are another list. */
const ofCaller = (request: string) => JSON.stringify([callerName(), request]);

/** Returns the list of a request as it was left. */
export const keptList = (request: string): Kept | undefined => lists.get(ofCaller(request));

/**
 * Keeps what a list shows, and on a return to it restores the scroll position and the focus, which
 * the browser cannot: the rows are not there yet when it tries.
 */
export function useKeptList(
  place: Place,
  request: string,
  { page, selected }: { page: JobPage | undefined; selected: string | undefined },
): void {
  const name = ofCaller(request);
  const shown = useRef(name);
  shown.current = name;

  // Before the page is painted, so that it never shows the list at its beginning.
  useLayoutEffect(() => {
    const kept = place.isReturn ? lists.get(shown.current) : undefined;
    if (!kept) return;
    if (kept.selected) focusJob(kept.selected, { scroll: false });
    scrollTo(0, kept.scrollY);
  }, [place]);

  useLayoutEffect(() => {
    if (!page) return;
    lists.delete(name);
    lists.set(name, { page, selected, scrollY });
    const [oldest] = lists.keys();
    if (lists.size > MOST && oldest !== undefined) lists.delete(oldest);
  }, [name, page, selected]);

  // A layout effect ends with the page; any other hears that the next page begins at its top.
  useLayoutEffect(() => {
    const keepScroll = () => {
      const kept = lists.get(shown.current);
      if (kept) kept.scrollY = scrollY;
    };
    addEventListener('scroll', keepScroll, { passive: true });
    return () => removeEventListener('scroll', keepScroll);
  }, []);
}
