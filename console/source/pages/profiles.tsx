import { useState } from 'preact/hooks';
import type { ProfileSummary } from '../../../contract/profiles/profile-api.ts';
import { listProfiles } from '../api/profiles.ts';
import { Loading, ProblemNotice } from '../parts/notice.tsx';
import { usePolled } from '../poll.ts';
import { go, usePlace } from '../router.ts';

const SOURCES = { code: 'shipped', terraform: 'Terraform', api: 'operators' } as const;
/** As in contract/values.ts, which this page would load the schemas with. */
const NAME = '[a-z][a-z0-9\\-]{0,62}';

export function ProfilesPage() {
  const { data, problem, refresh } = usePolled('profiles', listProfiles);
  // Operators alone are told where profiles come from.
  const isOperator = data?.profiles.some(({ source }) => source !== undefined);
  return (
    <>
      <h1>Profiles</h1>
      <p class="lead">
        A profile says what is made of an upload. Jobs keep the one that they were admitted with, whatever is
        edited here.
      </p>
      {problem && <ProblemNotice problem={problem} onRetry={refresh} />}
      {!data && !problem && <Loading label="Loading the profiles" />}
      {data && <ProfileTable profiles={data.profiles} isOperator={isOperator === true} />}
      {data && isOperator && <NewProfile profiles={data.profiles} />}
    </>
  );
}

function ProfileTable({
  profiles,
  isOperator,
}: {
  profiles: readonly ProfileSummary[];
  isOperator: boolean;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard.
    <section class="table-scroll card" aria-label="Profiles" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Tenants</th>
            <th scope="col">By default</th>
            {isOperator && <th scope="col">From</th>}
          </tr>
        </thead>
        <tbody>
          {profiles.map((profile) => (
            <tr key={profile.name}>
              <td>
                <a href={`/profiles/${profile.name}`}>{profile.name}</a>
                <p class="small muted">
                  {profile.problem ? <Broken problem={profile.problem} /> : profile.title}
                </p>
              </td>
              <td>{isOperator ? tenantsOf(profile) : 'yours'}</td>
              <td>{defaultOf(profile, isOperator)}</td>
              {isOperator && <td>{profile.source && SOURCES[profile.source]}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Broken({ problem }: { problem: string }) {
  return <span class="field-error">Uploads that get it fail: {problem}</span>;
}

const tenantsOf = ({ tenants }: ProfileSummary) =>
  tenants === undefined || tenants === '*' ? 'all' : tenants.join(', ') || 'none';

const defaultOf = ({ source, defaultFor = [], isDefault }: ProfileSummary, isOperator: boolean) => {
  if (!isOperator) return isDefault ? 'yes' : 'no';
  return source === 'code' ? 'all others' : defaultFor.join(', ');
};

/** Begins a profile as a copy of another; nothing is stored before it is saved. */
function NewProfile({ profiles }: { profiles: readonly ProfileSummary[] }) {
  const [name, setName] = useState('');
  const [from, setFrom] = useState(usePlace().query.get('from') ?? 'default');
  const isTaken = profiles.some((profile) => profile.name === name);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isTaken) go(`/profiles/${name}?${new URLSearchParams({ from })}`);
  };
  return (
    <form class="filters card" onSubmit={submit} aria-label="New profile">
      <label>
        New profile
        <input
          placeholder="Name"
          required
          pattern={NAME}
          title="Up to 63 characters a-z, 0-9 or -, beginning with a letter"
          value={name}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setName(event.currentTarget.value.trim())}
        />
      </label>
      <label>
        Copied from
        <select value={from} onChange={(event) => setFrom(event.currentTarget.value)}>
          {profiles.map((profile) => (
            <option key={profile.name}>{profile.name}</option>
          ))}
        </select>
      </label>
      <button type="submit" class="button" disabled={isTaken}>
        Edit it
      </button>
      {isTaken && (
        <p class="field-error" role="status">
          There is a profile of this name.
        </p>
      )}
    </form>
  );
}
