import { createHash } from 'node:crypto';

/**
 * Passwords of an encrypted PDF. With an empty `user` password anyone can read it, but not edit it.
 */
export interface PdfPassword {
  user: string;
  owner: string;
}

export interface PdfCipher {
  /** Entries of the trailer. */
  trailer: string;
  encrypt(objectNumber: number, data: Buffer): Buffer;
}

/** ISO 32000-1, 7.6.3.3: padding for short passwords. */
const PADDING = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');
const FILE_ID = Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex');
const PERMISSIONS = -44;
/** 40-bit key: insecure, but supported by every reader. These files are made to be rejected. */
const KEY_BYTES = 5;

/**
 * Implements the standard security handler, revision 2 (ISO 32000-1, 7.6.3). OpenSSL no longer
 * includes RC4, hence the few lines below.
 */
export function pdfCipher({ user, owner }: PdfPassword): PdfCipher {
  const ownerEntry = rc4(md5(padded(owner)).subarray(0, KEY_BYTES), padded(user));
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(PERMISSIONS);
  const key = md5(padded(user), ownerEntry, permissions, FILE_ID).subarray(0, KEY_BYTES);
  const userEntry = rc4(key, PADDING);
  return {
    trailer: `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${hex(ownerEntry)} /U ${hex(userEntry)} /P ${PERMISSIONS} >> /ID [${hex(FILE_ID)} ${hex(FILE_ID)}]`,
    encrypt(objectNumber: number, data: Buffer): Buffer {
      const suffix = Buffer.alloc(5);
      suffix.writeUIntLE(objectNumber, 0, 3);
      return rc4(md5(key, suffix).subarray(0, KEY_BYTES + 5), data);
    },
  };
}

const padded = (password: string) =>
  Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32);
const hex = (data: Buffer) => `<${data.toString('hex')}>`;

function md5(...parts: Buffer[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const at = (index: number) => state[index & 255] ?? 0;
  const swap = (i: number, j: number) => {
    const held = at(i);
    state[i] = at(j);
    state[j] = held;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(
    data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + at(i)) & 255;
      swap(i, j);
      return byte ^ at(at(i) + at(j));
    }),
  );
}
