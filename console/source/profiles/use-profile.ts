import { useEffect, useState } from 'preact/hooks';
import type { ProfileDetail } from '../../../contract/profiles/profile-api.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { getProfile, listProfiles } from '../api/profiles.ts';

export interface Opened {
  profile: ProfileDetail;
  /** It is not stored yet. */
  isNew: boolean;
  isOperator: boolean;
}

/**
 * Loads a profile once: it is edited here, and what others write meanwhile is met when it is saved.
 * `from`: where there is none of the name, a copy of this one.
 */
export function useProfile(name: string, from: string | null) {
  const [state, setState] = useState<{ opened?: Opened; problem?: Problem }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    open(name, from, abort.signal).then(
      (opened) => setState({ opened }),
      (error) => !abort.signal.aborted && setState({ problem: asProblem(error) }),
    );
    return () => abort.abort();
    // The address of a copy changes when it is saved.
  }, [name, round]);
  return {
    ...state,
    set: (opened: Opened) => setState({ opened }),
    reload: () => {
      setState({});
      setRound((before) => before + 1);
    },
  };
}

async function open(name: string, from: string | null, signal: AbortSignal): Promise<Opened> {
  const isNew =
    from !== null && (await listProfiles(signal)).profiles.every((profile) => profile.name !== name);
  const profile = await getProfile(isNew ? from : name, signal);
  const isOperator = profile.source !== undefined;
  if (!isNew) return { profile, isNew, isOperator };
  const { document, hash, title } = profile;
  const copy: ProfileDetail = {
    ...{ name, document, hash, title, isDefault: false },
    ...{ source: 'api', tenants: [], defaultFor: [] },
  };
  return { profile: copy, isNew, isOperator };
}
