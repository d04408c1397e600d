import { boundProblems } from '../../../contract/profiles/profile-bounds.ts';
import type { Profile } from '../../../media/profile/profile.ts';
import { invalid } from '../http/problem.ts';

/** Refuses what a document asks for beyond the operator's bounds, by field. */
export function refuseExcess(document: Profile, config: Parameters<typeof boundProblems>[1]): void {
  const problems = boundProblems(document, config);
  if (problems.length > 0)
    throw invalid(problems.map(({ at, detail }) => ({ at: `document/${at}`, detail })));
}
