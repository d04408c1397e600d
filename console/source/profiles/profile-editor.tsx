import { useMemo, useState } from 'preact/hooks';
import type { ProfileDetail } from '../../../contract/profiles/profile-api.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { deleteProfile, putProfile } from '../api/profiles.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { go } from '../router.ts';
import { checkText } from './check-text.ts';
import { Preview } from './preview.tsx';
import { ProblemList } from './problem-list.tsx';
import type { Opened } from './use-profile.ts';
import { namesIn, tenantsIn, usersProblem } from './users.ts';

/** Renders a profile as text that an operator edits; it is checked with each change. */
export function ProfileEditor({
  opened: { profile, isNew },
  onSaved,
  onReload,
}: {
  opened: Opened;
  onSaved: (profile: ProfileDetail) => void;
  onReload: () => void;
}) {
  const { name, revision = null } = profile;
  const [text, setText] = useState(() => JSON.stringify(profile.document, null, 2));
  const [tenants, setTenants] = useState(() => [profile.tenants ?? []].flat().join(', '));
  const [defaultFor, setDefaultFor] = useState(() => (profile.defaultFor ?? []).join(', '));
  const [refusal, setRefusal] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [asking, setAsking] = useState(false);
  const { document, problems } = useMemo(() => checkText(text), [text]);
  const users = usersProblem(tenants, defaultFor);
  const refused = refusal?.errors.map(({ at, detail }) => ({ at: at.replace(/^document\//, ''), detail }));

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setRefusal(undefined);
    setSaved(false);
    await work().catch((error) => setRefusal(asProblem(error)));
    setBusy(false);
  };
  const save = (event: Event) => {
    event.preventDefault();
    const edit = { document, tenants: tenantsIn(tenants), defaultFor: namesIn(defaultFor) };
    run(async () => {
      onSaved(await putProfile(name, { ...edit, replaces: isNew ? null : revision }));
      setSaved(true);
    });
  };
  const remove = () =>
    run(async () => {
      await deleteProfile(name);
      go('/profiles');
    });
  const edited = (set: (value: string) => void) => (event: { currentTarget: { value: string } }) => {
    set(event.currentTarget.value);
    setSaved(false);
    setRefusal(undefined);
  };

  return (
    <form class="profile-editor" onSubmit={save} aria-label={`Profile ${name}`}>
      {isNew && <p class="lead">A copy that is not stored yet: save it, and say which tenants may use it.</p>}
      <div class="fields">
        <label>
          Tenants that may use it (* for all)
          <input value={tenants} spellcheck={false} autocomplete="off" onInput={edited(setTenants)} />
        </label>
        <label>
          Tenants that get it by default
          <input value={defaultFor} spellcheck={false} autocomplete="off" onInput={edited(setDefaultFor)} />
        </label>
        {users && (
          <p class="field-error" role="status">
            {users}
          </p>
        )}
      </div>
      <label class="profile-text">
        Document
        <textarea
          rows={28}
          value={text}
          spellcheck={false}
          autocomplete="off"
          wrap="off"
          aria-invalid={problems.length > 0}
          aria-describedby="document-problems"
          onInput={edited(setText)}
        />
      </label>
      <ProblemList id="document-problems" problems={refused?.length ? refused : problems} />
      {refusal && (
        <ProblemNotice
          problem={refusal}
          {...(refusal.slug === 'profile-changed' && {
            onRetry: onReload,
            action: 'Load it, and drop my changes',
          })}
        />
      )}
      {saved && (
        <Notice tone="good" title="Saved">
          Uploads that are admitted from now on get it.
        </Notice>
      )}
      <div class="buttons">
        <button
          type="submit"
          class="button primary"
          disabled={busy || problems.length > 0 || users !== undefined}
        >
          Save
        </button>
        {!isNew && (
          <button type="button" class="button danger" disabled={busy} onClick={() => setAsking(true)}>
            Delete
          </button>
        )}
      </div>
      <Preview document={problems.length === 0 ? document : undefined} />
      {asking && (
        <Confirm
          title={`Delete the profile ${name}?`}
          action="Delete"
          danger
          onConfirm={remove}
          onClose={() => setAsking(false)}
        >
          <p>Jobs that have it keep it. Uploads that name it are rejected from now on.</p>
        </Confirm>
      )}
    </form>
  );
}
