import type { ProfileProblem } from '../../../contract/profiles/profile-check.ts';

/** More would push the text away that is typed. */
const MOST = 8;

/** Lists what is wrong with which field. Announced at the next pause while one types. */
export function ProblemList({ id, problems }: { id: string; problems: readonly ProfileProblem[] }) {
  const more = problems.length - MOST;
  return (
    <div id={id} role="status" class="profile-problems">
      {problems.length === 0 ? (
        <p class="small muted">The document fits the schema.</p>
      ) : (
        <ul class="field-error">
          {problems.slice(0, MOST).map(({ at, detail }) => (
            <li key={`${at} ${detail}`}>
              <code>{at || 'document'}</code>: {detail}
            </li>
          ))}
          {more > 0 && <li>{more} more</li>}
        </ul>
      )}
    </div>
  );
}
