/** Profile that operators manage by the API. Its document lies in S3, by its hash. */
export interface ProfileRow {
  /** SHA-256 of the document. */
  hash: string;
  title: string;
  /** Tenants that may choose it; `*`: all. */
  tenants: string[] | '*';
  /** Tenants whose uploads get it unless they name another. */
  defaultFor: string[];
  /** ISO 8601. */
  updatedAt: string;
  updatedBy: string;
}

/** Profile that Terraform manages. */
export interface ManagedProfile extends Pick<ProfileRow, 'hash' | 'title' | 'tenants' | 'defaultFor'> {
  managed: {
    /** With its defaults filled in; as it is written, where it is no profile to this code. */
    document: unknown;
    /** Why it is no profile. Uploads that get it fail, others do not. */
    problem?: string;
  };
}

/** Profile of the row, or one that Terraform manages. */
export type ProfileEntry = (ProfileRow & { managed?: undefined }) | ManagedProfile;
/** All profiles but the shipped one, by name. */
export type Profiles = Readonly<Record<string, ProfileEntry>>;

export const mayUse = ({ tenants }: ProfileEntry, tenant: string): boolean =>
  tenants === '*' || tenants.includes(tenant);

/** Returns the name of the profile that a tenant's uploads get; undefined: the shipped one. */
export function nameFor(profiles: Profiles, tenant: string): string | undefined {
  return Object.keys(profiles).find((name) => profiles[name]?.defaultFor.includes(tenant));
}

/**
 * Returns all profiles: those of Terraform win, by name and for the tenants that they are for by
 * default.
 */
export function underManaged(
  rows: Readonly<Record<string, ProfileRow>>,
  managed: Readonly<Record<string, ManagedProfile>>,
): Profiles {
  const taken = new Set(Object.values(managed).flatMap(({ defaultFor }) => defaultFor));
  if (taken.size === 0) return { ...rows, ...managed };
  const others = Object.entries(rows).map(([name, row]) => [
    name,
    { ...row, defaultFor: row.defaultFor.filter((tenant) => !taken.has(tenant)) },
  ]);
  return { ...Object.fromEntries(others), ...managed };
}
