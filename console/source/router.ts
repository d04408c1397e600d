import { store, useStore } from './store.ts';

export interface Place {
  path: string;
  query: URLSearchParams;
  /** Reached by Back or Forward: the page shows what it showed when it was left. */
  isReturn: boolean;
}

const here = (isReturn: boolean): Place => ({
  path: location.pathname,
  query: new URLSearchParams(location.search),
  isReturn,
});
const place = store<Place>(here(false));
addEventListener('popstate', () => place.set(here(true)));

export const usePlace = () => useStore(place);

export function go(url: string, { replace = false } = {}): void {
  if (replace) history.replaceState(history.state, '', url);
  else history.pushState({ from: location.pathname }, '', url);
  place.set(here(false));
  if (!replace) scrollTo(0, 0);
}

/**
 * Handles clicks on links within the console without a page load; leaves all others to the browser.
 */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || !isPlain(event)) return;
  const link = (event.target as Element).closest('a');
  if (!link || link.target || link.origin !== location.origin || link.hash) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

/**
 * Handles clicks on a link to the page that one came from: goes back to it, as it was left. Any
 * other link is followed.
 */
export function goBack(event: MouseEvent): void {
  const { pathname } = event.currentTarget as HTMLAnchorElement;
  if (!isPlain(event) || history.state?.from !== pathname) return;
  event.preventDefault();
  history.back();
}

/** Tells whether a click asks for nothing but to follow the link, such as for a new tab. */
const isPlain = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) =>
  button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;
