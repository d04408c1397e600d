import { MediaError } from '../../base/errors.ts';
import type { FrozenProfile } from '../../contract/work-order.ts';
import { DEFAULT_FROZEN, DEFAULT_NAME, type ProfileDocuments } from './profile-documents.ts';
import { mayUse, nameFor, type ProfileRegistry, type Profiles } from './profile-registry.ts';

/** Characters of a name that are shown. */
const MAX_SHOWN = 64;

export interface ProfileStores {
  profiles: ProfileRegistry;
  documents: ProfileDocuments;
}

/**
 * Chooses the profile of an upload: the one that it names, or that of its tenant, or the shipped
 * one. Throws `ProfileNotAllowed`; whether a profile of others exists is not said.
 */
export function chooseProfile(
  profiles: Profiles,
  { tenantId, wanted }: { tenantId: string; wanted?: string | undefined },
): FrozenProfile {
  const name = wanted ?? nameFor(profiles, tenantId) ?? DEFAULT_NAME;
  if (name === DEFAULT_NAME) return DEFAULT_FROZEN;
  const row = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (row && mayUse(row, tenantId)) return { name, hash: row.hash };
  throw new MediaError(
    'ProfileNotAllowed',
    `Expected the name of a profile that tenant ${tenantId} may use, got ${JSON.stringify(name.slice(0, MAX_SHOWN))}.`,
  );
}

/** Chooses the profile of an upload, and has its document stored, which the next deployment may not ship. */
export async function freezeProfile(
  { profiles, documents }: ProfileStores,
  upload: Parameters<typeof chooseProfile>[1],
): Promise<FrozenProfile> {
  const chosen = chooseProfile(await profiles.read(), upload);
  if (chosen === DEFAULT_FROZEN) await documents.storeDefault();
  return chosen;
}
