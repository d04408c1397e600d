import { MediaError } from '../../base/errors.ts';
import type { FrozenProfile } from '../../contract/work-order.ts';
import { DEFAULT_FROZEN, DEFAULT_NAME, type ProfileDocuments } from './profile-documents.ts';
import { mayUse, nameFor, type Profiles } from './profile-entry.ts';
import type { ProfileRegistry } from './profile-registry.ts';

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
  if (row && mayUse(row, tenantId)) {
    const problem = row.managed?.problem;
    if (problem) throw new MediaError('InvalidConfiguration', `Profile ${name}, by Terraform: ${problem}`);
    return { name, hash: row.hash };
  }
  throw new MediaError(
    'ProfileNotAllowed',
    `Expected the name of a profile that tenant ${tenantId} may use, got ${JSON.stringify(name.slice(0, MAX_SHOWN))}.`,
  );
}

/**
 * Chooses the profile of an upload, and has its document stored if it came with the deployment,
 * shipped or by Terraform: the next one may not have it.
 */
export async function freezeProfile(
  { profiles, documents }: ProfileStores,
  upload: Parameters<typeof chooseProfile>[1],
): Promise<FrozenProfile> {
  const all = await profiles.read();
  const chosen = chooseProfile(all, upload);
  if (chosen === DEFAULT_FROZEN) await documents.storeDefault();
  const managed = chosen === DEFAULT_FROZEN ? undefined : all[chosen.name]?.managed;
  if (managed) await documents.store(managed.document);
  return chosen;
}
