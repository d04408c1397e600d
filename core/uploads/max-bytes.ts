import type { Config } from '../../base/config.ts';
import { KINDS, type MediaKind } from '../../media/kinds/kinds.ts';

/**
 * The settings that limit the bytes of an upload, one a kind: for the SETTINGS of whoever admits or
 * announces uploads.
 */
export const BYTE_SETTINGS = Object.values(KINDS).map(({ limits }) => limits.bytes);
export type ByteConfig = Config<(typeof BYTE_SETTINGS)[number]>;

/** Bytes that an upload of this kind may have. */
export function maxBytes(kind: MediaKind, config: ByteConfig): number {
  return config[KINDS[kind].limits.bytes];
}
