import { createHash } from 'node:crypto';
import { MediaError } from '../../base/errors.ts';
import type { FrozenProfile } from '../../contract/work-order.ts';
import { DEFAULT_DOCUMENT, DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { type Profile, parseProfile } from '../../media/profile/profile.ts';
import type { ObjectStore } from '../aws/object-store.ts';

/** Name of the profile that ships with the code; nobody can replace it. */
export const DEFAULT_NAME = 'default';

/** Returns a document as it is stored. Its hash is that of these bytes. */
const documentText = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;
const textHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Returns the hash under which a document is stored. */
export const documentHash = (document: unknown): string => textHash(documentText(document));

export const DEFAULT_FROZEN: FrozenProfile = {
  name: DEFAULT_NAME,
  hash: documentHash(DEFAULT_DOCUMENT),
};

const keyOf = (hash: string) => `profiles/${hash}.json`;

/**
 * Profiles by the hash of their document, in the output bucket. An object is written once and never
 * replaced, so a job keeps the profile that it was admitted with, whatever is edited or deployed
 * meanwhile.
 */
export class ProfileDocuments {
  private readonly objects: ObjectStore;
  private readonly bucket: string;
  /** Hashes that are known to be stored. */
  private readonly stored = new Set<string>();

  constructor(objects: ObjectStore, bucket: string) {
    this.objects = objects;
    this.bucket = bucket;
  }

  /** Stores a document, unless it is already, and returns its hash. */
  async store(document: unknown): Promise<string> {
    const text = documentText(document);
    const hash = textHash(text);
    if (this.stored.has(hash)) return hash;
    const object = { key: keyOf(hash), contentType: 'application/json', body: Buffer.from(text) };
    // Undefined if it exists.
    await this.objects.put({ bucket: this.bucket, ...object, replaces: null });
    this.stored.add(hash);
    return hash;
  }

  /** Stores the shipped document. */
  async storeDefault(): Promise<void> {
    await this.store(DEFAULT_DOCUMENT);
  }

  /** Reads a document as it was stored; undefined if there is none. */
  async read(hash: string): Promise<unknown> {
    const bytes = await this.objects.readOutput(this.bucket, keyOf(hash));
    if (!bytes) return undefined;
    const text = bytes.toString('utf8');
    if (textHash(text) !== hash)
      throw new MediaError('InvalidConfiguration', `Expected ${keyOf(hash)} to have this SHA-256.`);
    return JSON.parse(text);
  }

  /**
   * Returns the profile of a job; of one admitted by earlier code, the shipped one. Throws
   * `InvalidConfiguration` if its document is gone or is not a profile to this code.
   */
  async profileOf({ profile: frozen }: { profile?: FrozenProfile | undefined }): Promise<Profile> {
    if (!frozen || frozen.hash === DEFAULT_FROZEN.hash) return DEFAULT_PROFILE;
    const document = await this.read(frozen.hash);
    if (document !== undefined) return parseProfile(document);
    throw new MediaError(
      'InvalidConfiguration',
      `Expected ${keyOf(frozen.hash)} in the output bucket: the profile ${frozen.name} of the job.`,
    );
  }
}
