import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { type DictEntry, dictEntries } from './dict-entries.ts';

/** Hashes an empty password with a salt and, for the owner's, the U entry. */
export type EmptyPasswordHash = (salt: Buffer, user?: Buffer) => Buffer;

const NOTHING = Buffer.alloc(0);
const NO_VECTOR = Buffer.alloc(16);
const SALT_BYTES = 8;
/** Nearly each second choice of salts gives strings that need no escapes. */
const MAX_TRIES = 200;

/**
 * Returns the PDF with an empty user password, if its owner password is empty and it is encrypted
 * with AES-256 (revision 5 or 6): readers open it without asking, but pdf.js tries an empty password
 * as the user's only. The new entries take the place of the old ones, so that nothing moves.
 * Returns undefined if it has another password. ISO 32000-2, 7.6.4.
 */
export function openedByEmptyOwner(pdf: Buffer): Buffer | undefined {
  const entries = encryptEntries(pdf.toString('latin1'));
  const hash = EMPTY_PASSWORD_HASHES[entries?.get('R')?.value ?? ''];
  const [owner, ownerKey, user, userKey] = ['O', 'OE', 'U', 'UE'].map((name) => entries?.get(name));
  if (!hash || !owner || !ownerKey || !user || !userKey) return undefined;
  const [o, u] = [bytes(owner, 48), bytes(user, 48)];
  if (!hash(o.subarray(32, 40), u).equals(o.subarray(0, 32))) return undefined;
  const cipher = createDecipheriv('aes-256-cbc', hash(o.subarray(40), u), NO_VECTOR).setAutoPadding(false);
  const key = cipher.update(bytes(ownerKey, 32));
  for (let salt = 0; salt < MAX_TRIES; salt++) {
    const { entry, keyEntry } = emptyPasswordEntries(hash, key, salt);
    const [newUser, newKey] = [fitting(entry, user), fitting(keyEntry, userKey)];
    if (!newUser || !newKey) continue;
    const opened = Buffer.from(pdf);
    opened.write(newUser, user.from, 'latin1');
    opened.write(newKey, userKey.from, 'latin1');
    return opened;
  }
  return undefined;
}

/**
 * Returns the entries of an empty password for the key of the file: U and UE of the user's; with
 * `user`, which is U, O and OE of the owner's.
 */
export function emptyPasswordEntries(hash: EmptyPasswordHash, key: Buffer, salt: number, user?: Buffer) {
  const salts = Buffer.alloc(2 * SALT_BYTES);
  salts.writeUInt32BE(salt, 4);
  salts.writeUInt32BE(salt, 12);
  const [validation, forKey] = [salts.subarray(0, SALT_BYTES), salts.subarray(SALT_BYTES)];
  const cipher = createCipheriv('aes-256-cbc', hash(forKey, user), NO_VECTOR).setAutoPadding(false);
  return { entry: Buffer.concat([hash(validation, user), salts]), keyEntry: cipher.update(key) };
}

/**
 * Finds the encryption dictionary of the last update. It is never compressed (ISO 32000-2, 7.5.7),
 * and its strings are not encrypted.
 */
function encryptEntries(text: string): Map<string, DictEntry> | undefined {
  const [, number, generation] = [...text.matchAll(/\/Encrypt\s+(\d{1,10})\s+(\d{1,5})\s+R/g)].at(-1) ?? [];
  if (!number) {
    const inline = [...text.matchAll(/\/Encrypt\s*(?=<<)/g)].at(-1);
    return inline && dictEntries(text, inline.index + inline[0].length);
  }
  const object = [
    ...text.matchAll(new RegExp(`(?<!\\d)${number}\\s+${generation}\\s+obj\\s*(?=<<)`, 'g')),
  ].at(-1);
  return object && dictEntries(text, object.index + object[0].length);
}

const bytes = ({ value }: DictEntry, length: number) => Buffer.from(value, 'latin1').subarray(0, length);

/** Writes a string for the place of another, or returns undefined if it needs more room. */
function fitting(data: Buffer, { from, to }: DictEntry): string | undefined {
  const literal = `(${data.toString('latin1')})`;
  const written = /[()\\\r]/.test(literal.slice(1, -1)) ? `<${data.toString('hex')}>` : literal;
  return written.length <= to - from ? written.padEnd(to - from) : undefined;
}

/** By the revision of the security handler. */
export const EMPTY_PASSWORD_HASHES: Readonly<Record<string, EmptyPasswordHash>> = {
  5: (salt, user = NOTHING) => sha(256, salt, user),
  /** Algorithm 2.B: at least 64 rounds, and then as many as the last byte asks for. */
  6(salt, user = NOTHING) {
    let key = sha(256, salt, user);
    for (let round = 1, last = 255; round <= 64 || last > round - 1 - 32; round++) {
      const block = Buffer.concat([key, user]);
      const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32));
      const data = cipher.setAutoPadding(false).update(Buffer.concat(Array<Buffer>(64).fill(block)));
      // The first 16 bytes as a number modulo 3: 256 is 1 modulo 3, so their sum will do.
      const sum = data.subarray(0, 16).reduce((total, byte) => total + byte, 0);
      key = sha(256 + 128 * (sum % 3), data);
      last = data.at(-1) ?? 0;
    }
    return key.subarray(0, 32);
  },
};

function sha(bits: number, ...parts: Buffer[]): Buffer {
  const hash = createHash(`sha${bits}`);
  for (const part of parts) hash.update(part);
  return hash.digest();
}
