import { longList } from '../../media/profile/long-list.ts';
import { PROFILE, type Profile } from '../../media/profile/profile.ts';

/** What is wrong with a part of a profile's document. */
export interface ProfileProblem {
  /** Path of the field, such as `image/outputs/0/width`; empty: the whole. */
  at: string;
  detail: string;
}

/**
 * Checks a document against the schema, as the API does before it stores one: for the command line,
 * and for the web page while one types.
 */
export function checkDocument(
  document: unknown,
): { profile: Profile; problems: [] } | { profile?: undefined; problems: ProfileProblem[] } {
  // The schema would look at each of a million members.
  const long = longList(document);
  if (long) return { problems: [{ at: '', detail: long }] };
  const { data: profile, error } = PROFILE.safeParse(document);
  if (profile) return { profile, problems: [] };
  return { problems: error.issues.map(({ path, message }) => ({ at: path.join('/'), detail: message })) };
}
