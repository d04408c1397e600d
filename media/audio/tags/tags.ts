import type { Chapter } from './ffmetadata.ts';

/**
 * Tags that people search recordings by. Everything else (comments, lyrics, private frames, URLs)
 * stays unread.
 */
export interface Tags {
  title?: string;
  artist?: string;
  album?: string;
  albumArtist?: string;
  composer?: string;
  genre?: string;
  year?: number;
  track?: number;
  disc?: number;
}

const MAX_CHARACTERS = 500;
const TEXTS = {
  title: 'title',
  artist: 'artist',
  album: 'album',
  albumArtist: 'album_artist',
  composer: 'composer',
  genre: 'genre',
} as const;

/** Reads tags from ffmpeg's tag names in lower case. */
export function readTags(tags: Readonly<Record<string, string>>): Tags {
  const found: Tags = {};
  for (const [key, name] of Object.entries(TEXTS) as [keyof typeof TEXTS, string][]) {
    const text = plainText(tags[name] ?? tags[name.replace('_', '')] ?? '');
    if (text) found[key] = text;
  }
  const year = /\b(1[89]\d\d|20\d\d)\b/.exec(tags.date ?? tags.year ?? '')?.[1];
  if (year) found.year = Number(year);
  const track = leadingNumber(tags.track ?? tags.tracknumber);
  if (track) found.track = track;
  const disc = leadingNumber(tags.disc ?? tags.discnumber);
  if (disc) found.disc = disc;
  return found;
}

/** Cleans a chapter's title. */
export const readChapter = (chapter: Chapter): Chapter => ({ ...chapter, title: plainText(chapter.title) });

/**
 * Returns one line of well-formed text without control or bidirectional formatting characters,
 * which break logs and pages.
 */
function plainText(text: string): string {
  const line = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '')
    .trim();
  return line.length > MAX_CHARACTERS ? `${[...line].slice(0, MAX_CHARACTERS - 1).join('')}…` : line;
}

/** Parses `7` from `7/12`. */
function leadingNumber(text = ''): number | undefined {
  const number = Number(/^\s*(\d{1,4})\b/.exec(text)?.[1]);
  return number > 0 ? number : undefined;
}
