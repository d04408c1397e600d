import { KINDS, MEDIA_KINDS, type MediaKind } from '../../contract/lists.ts';

/**
 * A kind as people call it; `UNKNOWN` is what statistics call jobs that were refused before their
 * kind was known.
 */
export function kindLabel(kind: MediaKind | 'UNKNOWN'): string {
  return kind === 'UNKNOWN' ? 'Unknown' : KINDS[kind].label;
}

export const KIND_CHOICES: [string, string][] = MEDIA_KINDS.map((kind) => [kind, kindLabel(kind)]);

export const kindIcon = (kind: MediaKind | undefined) => (kind ? KINDS[kind].icon : 'unknown');
