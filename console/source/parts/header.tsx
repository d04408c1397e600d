import { session, signOut } from '../session/session.ts';
import { useStore } from '../store.ts';
import { IdentityChoice } from './identity-choice.tsx';

const PAGES = [
  { path: '/', label: 'Upload' },
  { path: '/jobs', label: 'Jobs' },
  { path: '/profiles', label: 'Profiles' },
  { path: '/statistics', label: 'Statistics' },
  { path: '/dead-letters', label: 'Dead letters' },
];

export function Header({ path }: { path: string }) {
  const who = useStore(session);
  return (
    <header class="top">
      <div class="top-inner">
        <a class="brand" href="/">
          <img src="/icon.svg" width="26" height="26" alt="" />
          <span>Media pipeline</span>
        </a>
        <nav aria-label="Pages">
          {PAGES.map((page) => (
            <a key={page.path} href={page.path} aria-current={currentOf(page.path, path)}>
              {page.label}
            </a>
          ))}
        </nav>
        {who.by === 'development' && <IdentityChoice identity={who.identity} />}
        {who.by === 'issuer' && (
          <div class="who">
            <span class="who-name">{who.tokens.name}</span>
            <button type="button" class="button quiet" onClick={() => signOut()}>
              Sign out
            </button>
          </div>
        )}
      </div>
    </header>
  );
}

function currentOf(page: string, path: string): 'page' | 'true' | undefined {
  if (page === path) return 'page';
  return page !== '/' && path.startsWith(`${page}/`) ? 'true' : undefined;
}
