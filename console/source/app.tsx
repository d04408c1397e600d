import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { DeadLettersPage } from './pages/dead-letters.tsx';
import { JobPage } from './pages/job.tsx';
import { JobsPage } from './pages/jobs.tsx';
import { ProfilesPage } from './pages/profiles.tsx';
import { StatisticsPage } from './pages/statistics.tsx';
import { UploadsPage } from './pages/uploads.tsx';
import { Header } from './parts/header.tsx';
import { later } from './parts/later.tsx';
import { Empty } from './parts/notice.tsx';
import { OfflineBar } from './parts/offline-bar.tsx';
import { followLinks, usePlace } from './router.ts';
import { session } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import type { Oidc } from './settings.ts';
import { useStore } from './store.ts';

/** With the schema of profiles, which no other page needs. */
const ProfilePage = later(async () => (await import('./pages/profile.tsx')).ProfilePage);

export function App({ oidc }: { oidc?: Oidc | undefined }) {
  const { path } = usePlace();
  const who = useStore(session);
  const main = useRef<HTMLElement>(null);
  const { title, page } = pageOf(path);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} · Media pipeline`;
    // Moves focus so that screen readers announce the new page and the next Tab starts in it; a list
    // that one returns to has focused the job that one came from.
    const isInside = main.current?.contains(document.activeElement);
    if (!first.current && !isInside) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path, title]);
  if (who.by === 'nobody' && oidc) return <SignIn oidc={oidc} reason={who.reason} />;
  // Another identity sees other data: a new key reloads everything.
  const caller = who.by === 'development' ? who.identity : '';
  return (
    // biome-ignore lint/a11y: the listener follows links anywhere in the page and adds no control of its own.
    <div onClick={followLinks} key={caller}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <Header path={path} />
      <OfflineBar />
      <main class="page" ref={main} tabIndex={-1}>
        {page}
      </main>
    </div>
  );
}

function pageOf(path: string): { title: string; page: JSX.Element } {
  const [first, second] = path.split('/').slice(1);
  if (!first || first === 'index.html') return { title: 'Upload', page: <UploadsPage /> };
  if (first === 'jobs' && second) return { title: 'Job', page: <JobPage jobId={second} key={second} /> };
  if (first === 'jobs') return { title: 'Jobs', page: <JobsPage /> };
  if (first === 'profiles' && second)
    return { title: `Profile ${second}`, page: <ProfilePage name={second} key={second} /> };
  if (first === 'profiles') return { title: 'Profiles', page: <ProfilesPage /> };
  if (first === 'statistics') return { title: 'Statistics', page: <StatisticsPage /> };
  if (first === 'dead-letters') return { title: 'Dead letters', page: <DeadLettersPage /> };
  return {
    title: 'Not found',
    page: (
      <Empty title="Page not found" level={1}>
        <a href="/jobs">Go to the jobs</a>
      </Empty>
    ),
  };
}
