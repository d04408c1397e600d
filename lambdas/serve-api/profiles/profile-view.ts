import { createHash } from 'node:crypto';
import type { ProfileDetail, ProfileSummary } from '../../../contract/profiles/profile-api.ts';
import { DEFAULT_FROZEN, DEFAULT_NAME } from '../../../core/profiles/profile-documents.ts';
import { mayUse, nameFor, type ProfileEntry, type Profiles } from '../../../core/profiles/profile-entry.ts';
import { DEFAULT_DOCUMENT, DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { notFound } from '../http/problem.ts';

/** Returns a profile as the caller may see it; undefined if there is none for the caller. */
export function profileView(
  profiles: Profiles,
  name: string,
  identity: Identity,
): ProfileSummary | undefined {
  const row = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (!row) return undefined;
  const { hash, title, tenants, defaultFor } = row;
  const { updatedAt, updatedBy } = row.managed ? {} : row;
  const shown = { name, title, hash, ...(updatedAt && { updatedAt }) };
  if (identity.role === 'operator')
    return {
      ...{ ...shown, tenants, defaultFor, isDefault: false, source: row.managed ? 'terraform' : 'api' },
      ...(updatedBy !== undefined && { updatedBy }),
      ...(row.managed
        ? row.managed.problem && { problem: row.managed.problem }
        : { revision: revisionOf(row) }),
    };
  const { tenantId } = identity;
  return mayUse(row, tenantId) ? { ...shown, isDefault: defaultFor.includes(tenantId) } : undefined;
}

/** The shipped profile, which all may use. */
export function defaultView(profiles: Profiles, identity: Identity): ProfileSummary {
  const isDefault = identity.role === 'operator' || nameFor(profiles, identity.tenantId) === undefined;
  return {
    ...DEFAULT_FROZEN,
    title: DEFAULT_PROFILE.title,
    isDefault,
    ...(identity.role === 'operator' && { source: 'code' }),
  };
}

/** Returns a profile and its document. Throws 404, also for one of other tenants. */
export async function visibleProfile(
  { documents }: Pick<ApiDeps, 'documents'>,
  profiles: Profiles,
  name: string,
  identity: Identity,
): Promise<ProfileDetail> {
  if (name === DEFAULT_NAME) return { ...defaultView(profiles, identity), document: DEFAULT_DOCUMENT };
  const view = profileView(profiles, name, identity);
  if (!view) throw notFound(`profile ${name}`);
  return { ...view, document: profiles[name]?.managed?.document ?? (await documents.read(view.hash)) };
}

/** Changes with each change of a profile and of its users. */
export function revisionOf(row: ProfileEntry): string {
  const { hash, title, tenants, defaultFor } = row;
  // The order of a row's fields is the database's.
  const content = [hash, title, tenants, defaultFor, ...(row.managed ? [] : [row.updatedAt, row.updatedBy])];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
