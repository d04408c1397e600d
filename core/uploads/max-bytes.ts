import type { Config } from '../../base/config.ts';
import { KINDS, type MediaKind } from '../../media/kinds/kinds.ts';

/**
 * Settings that limit the size of an upload, one per kind: required to admit uploads or to create
 * presigned ones.
 */
export const BYTE_SETTINGS = Object.values(KINDS).map(({ limits }) => limits.bytes);
export type ByteConfig = Config<(typeof BYTE_SETTINGS)[number]>;

/** Returns the maximum size in bytes of an upload of this kind. */
export function maxBytes(kind: MediaKind, config: ByteConfig): number {
  return config[KINDS[kind].limits.bytes];
}
