import { useState } from 'preact/hooks';
import { Notice } from '../parts/notice.tsx';
import type { Oidc } from '../settings.ts';
import { goToIssuer } from './oidc.ts';

export function SignIn({ oidc, reason }: { oidc: Oidc; reason?: string | undefined }) {
  const [problem, setProblem] = useState(reason);
  const [going, setGoing] = useState(false);
  const start = async () => {
    setGoing(true);
    try {
      await goToIssuer(oidc);
    } catch (error) {
      setProblem((error as Error).message);
      setGoing(false);
    }
  };
  return (
    <main class="page sign-in">
      <img src="/icon.svg" width="48" height="48" alt="" />
      <h1>Media pipeline</h1>
      <p class="muted">Upload media, follow its processing, and fix failed jobs.</p>
      {problem && (
        <Notice tone="warn" title="You are not signed in">
          {problem}
        </Notice>
      )}
      <button type="button" class="button primary large" onClick={start} disabled={going}>
        {going ? 'Redirecting to sign-in…' : 'Sign in'}
      </button>
      <p class="muted small">You sign in at {new URL(oidc.issuer).host}.</p>
    </main>
  );
}
