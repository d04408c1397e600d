import { withoutExtension } from '../../../base/file-name.ts';
import { describeOutput } from '../../../media/kinds/describe-output.ts';
import type { OutputRow } from '../../../media/kinds/outputs.ts';
import type { Published, PublishedOutput } from './published-outputs.ts';

/** Roles of the pictures that stand for an upload as a whole: a storyboard shows its course. */
const ROLES: readonly OutputRow['role'][] = ['thumbnail', 'poster', 'page', 'picture', 'waveform'];
const FIRST_PAGE = 'page_0001';

/**
 * Returns the picture of an upload that has the fewest bytes: a thumbnail if there is one,
 * otherwise the poster, page 1, cover or waveform. Returns undefined if there is none.
 */
export function smallestPicture({ prefix, outputs }: Published): PublishedOutput | undefined {
  const pictures = outputs.flatMap((output) => {
    const name = output.key.slice(prefix.length);
    const role = describeOutput(name)?.role;
    const stands = role && ROLES.includes(role) && output.contentType.startsWith('image/');
    return stands && (role !== 'page' || withoutExtension(name) === FIRST_PAGE) ? [{ output, role }] : [];
  });
  const thumbnails = pictures.filter(({ role }) => role === 'thumbnail');
  return (thumbnails.length > 0 ? thumbnails : pictures)
    .map(({ output }) => output)
    .toSorted((a, b) => a.size - b.size)[0];
}
