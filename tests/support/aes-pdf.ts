import { createCipheriv, hash } from 'node:crypto';
import {
  EMPTY_PASSWORD_HASHES,
  emptyPasswordEntries,
} from '../../media/document/reader/child/owner-password.ts';
import type { PdfCipher } from '../../samples/encrypt-pdf.ts';

interface AesPassword {
  revision: 5 | 6;
  /** Whose password is empty. The other's is one that nobody knows. */
  empty: 'user' | 'owner' | 'none';
  /** Writes strings in parentheses, as some writers do. */
  literal?: boolean;
}

/** Encrypts streams with AES-256 (ISO 32000-2, 7.6.4). */
export function aesPdfCipher({ revision, empty, literal = false }: AesPassword): PdfCipher {
  const key = bytes('key', 32);
  const hashOf = EMPTY_PASSWORD_HASHES[revision];
  if (!hashOf) throw new Error(`Expected revision 5 or 6, got ${revision}`);
  const unknown = (name: string) => ({ entry: bytes(name, 48), keyEntry: bytes(`${name} key`, 32) });
  const user = empty === 'user' ? emptyPasswordEntries(hashOf, key, 1) : unknown('user');
  const owner = empty === 'owner' ? emptyPasswordEntries(hashOf, key, 2, user.entry) : unknown('owner');
  const permissions = Buffer.from('D4FFFFFFFFFFFFFF54616462', 'hex');
  const perms = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const string = literal ? literalString : (data: Buffer) => `<${data.toString('hex')}>`;
  const strings = {
    ...{ O: owner.entry, OE: owner.keyEntry, U: user.entry, UE: user.keyEntry },
    Perms: perms.update(Buffer.concat([permissions, bytes('perms', 4)])),
  };
  const entries = Object.entries(strings).map(([name, data]) => `/${name} ${string(data)}`);
  const filter =
    '/CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF';
  return {
    trailer: `/Encrypt << /Filter /Standard /V 5 /R ${revision} /Length 256 /P -44 ${filter} ${entries.join(' ')} >> /ID [<00> <00>]`,
    encrypt(objectNumber, data) {
      const vector = bytes(`vector ${objectNumber}`, 16);
      const cipher = createCipheriv('aes-256-cbc', key, vector);
      return Buffer.concat([vector, cipher.update(data), cipher.final()]);
    },
  };
}

const bytes = (name: string, length: number) => hash('sha512', name, 'buffer').subarray(0, length);

/** ISO 32000-2, 7.3.4.2: some escapes in octal, some by letter, and balanced parentheses as they are. */
function literalString(data: Buffer): string {
  const escaped = data
    .toString('latin1')
    .replaceAll(/[\\()]/g, '\\$&')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\012');
  return `(${escaped})`;
}
