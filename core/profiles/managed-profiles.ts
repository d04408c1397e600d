import * as z from 'zod';
import { MediaError } from '../../base/errors.ts';
import { parseProfile } from '../../media/profile/profile.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { documentHash } from './profile-documents.ts';
import type { ManagedProfile } from './profile-entry.ts';

/** Object that terraform/profiles.tf writes. Its text is that of the files, as they are. */
const KEY = 'managed-profiles.json';
const FILE = z.record(
  z.string(),
  z.strictObject({
    document: z.string(),
    /** `*` alone: all. */
    tenants: z.array(z.string()),
    defaultFor: z.array(z.string()),
  }),
);

/**
 * Profiles that Terraform manages: one version of an object, which the deployment names. They change
 * with it alone, so that each instance of a function reads them once, and without any reads nothing.
 */
export class ManagedProfiles {
  private readonly objects: Pick<ObjectStore, 'readOutput'>;
  private readonly bucket: string;
  private readonly versionId: string | undefined;
  private reading: Promise<Readonly<Record<string, ManagedProfile>>> | undefined;

  constructor(
    objects: Pick<ObjectStore, 'readOutput'>,
    bucket: string,
    /** Absent: there are none. */
    versionId: string | undefined,
  ) {
    this.objects = objects;
    this.bucket = bucket;
    this.versionId = versionId;
  }

  async read(): Promise<Readonly<Record<string, ManagedProfile>>> {
    if (this.versionId === undefined) return {};
    this.reading ??= this.load(this.versionId).catch((error) => {
      // The next call tries again.
      this.reading = undefined;
      throw error;
    });
    return this.reading;
  }

  private async load(versionId: string): Promise<Record<string, ManagedProfile>> {
    const bytes = await this.objects.readOutput(this.bucket, KEY, versionId);
    if (!bytes)
      throw new MediaError(
        'MissingResource',
        `Expected version ${versionId} of ${KEY} in the output bucket: the profiles that Terraform manages.`,
      );
    const file = FILE.parse(JSON.parse(bytes.toString('utf8')));
    return Object.fromEntries(Object.entries(file).map(([name, entry]) => [name, managedProfile(entry)]));
  }
}

function managedProfile({ document: text, tenants, defaultFor }: z.output<typeof FILE>[string]) {
  const users = { tenants: tenants.includes('*') ? ('*' as const) : tenants, defaultFor };
  let document: unknown = text;
  try {
    document = JSON.parse(text);
    const profile = parseProfile(document);
    return { ...users, title: profile.title, hash: documentHash(profile), managed: { document: profile } };
  } catch (error) {
    const { message: problem } = error as Error;
    return { ...users, title: '', hash: documentHash(document), managed: { document, problem } };
  }
}
