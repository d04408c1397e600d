/** Returns the ID of the link to a job in a list. */
export const linkId = (jobId: string) => `link-${jobId}`;

/** Moves the focus to a job of the list, which selects it; by default, scrolls it into sight. */
export function focusJob(jobId: string, { scroll = true } = {}): void {
  const link = document.getElementById(linkId(jobId));
  link?.focus({ preventScroll: true });
  // The link alone may be in sight while its row is not.
  if (scroll) link?.closest('li')?.scrollIntoView({ block: 'nearest' });
}
