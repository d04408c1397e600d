import { Empty, Loading, ProblemNotice } from '../parts/notice.tsx';
import { ProfileEditor } from '../profiles/profile-editor.tsx';
import { type Opened, useProfile } from '../profiles/use-profile.ts';
import { go, goBack, usePlace } from '../router.ts';

export function ProfilePage({ name }: { name: string }) {
  const { query } = usePlace();
  const { opened, problem, set, reload } = useProfile(name, query.get('from'));
  if (problem?.status === 404)
    return (
      <Empty title="Profile not found" level={1}>
        It may have been deleted, or be for other tenants. <a href="/profiles">All profiles</a>
      </Empty>
    );
  return (
    <>
      <p class="crumbs">
        <a href="/profiles" onClick={goBack}>
          Profiles
        </a>
      </p>
      <h1>{name}</h1>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {!opened && !problem && <Loading label="Loading the profile" />}
      {opened && isEditable(opened) && (
        <ProfileEditor
          opened={opened}
          onSaved={(profile) => {
            set({ ...opened, profile, isNew: false });
            go(`/profiles/${name}`, { replace: true });
          }}
          onReload={reload}
        />
      )}
      {opened && !isEditable(opened) && <ReadOnly opened={opened} />}
    </>
  );
}

const isEditable = ({ isOperator, profile }: Opened) => isOperator && profile.source === 'api';

function ReadOnly({ opened: { profile, isOperator } }: { opened: Opened }) {
  const { name, source, problem, document } = profile;
  return (
    <>
      {isOperator && (
        <p class="lead">
          {source === 'code' ? 'It ships with the code.' : 'It is managed by Terraform: change it there.'} To
          change what is made of uploads here, edit{' '}
          <a href={`/profiles?from=${encodeURIComponent(name)}`}>a copy of another name</a>.
        </p>
      )}
      {problem && <p class="field-error">Uploads that get it fail: {problem}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard. */}
      <section class="table-scroll card" aria-label="Document" tabIndex={0}>
        <pre class="profile-document">{JSON.stringify(document, null, 2)}</pre>
      </section>
    </>
  );
}
