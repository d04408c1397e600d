import { MediaError } from '../../base/errors.ts';
import type { FrozenProfile } from '../../contract/work-order.ts';
import { DEFAULT_NAME, type ProfileDocuments } from './profile-documents.ts';
import { mayUse, nameFor, type ProfileRegistry } from './profile-registry.ts';

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
export async function chooseProfile(
  { profiles, documents }: ProfileStores,
  { tenantId, wanted }: { tenantId: string; wanted?: string | undefined },
): Promise<FrozenProfile> {
  if (wanted === DEFAULT_NAME) return documents.freezeDefault();
  const all = await profiles.read();
  const name = wanted ?? nameFor(all, tenantId);
  if (name === undefined) return documents.freezeDefault();
  const row = Object.hasOwn(all, name) ? all[name] : undefined;
  if (row && mayUse(row, tenantId)) return { name, hash: row.hash };
  throw new MediaError(
    'ProfileNotAllowed',
    `Expected the name of a profile that tenant ${tenantId} may use, got ${JSON.stringify(name.slice(0, MAX_SHOWN))}.`,
  );
}
