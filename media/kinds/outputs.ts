import type { SettingName } from '../../base/config.ts';
import { MEDIA_KINDS, type MediaKind } from './kinds.ts';

/** Purpose of an output for consumers, independent of its name. */
type Role =
  | 'thumbnail'
  | 'picture'
  | 'poster'
  | 'storyboard'
  | 'rendition'
  | 'stream'
  | 'segment'
  | 'waveform'
  | 'page'
  | 'text'
  | 'document'
  | 'metadata'
  | 'manifest';

/**
 * Values that may replace `{…}` in an output's name: one of these words, or text that matches the
 * expression.
 */
export const PLACES = {
  still: ['jpg', 'png', 'webp'],
  picture: ['jpg', 'png'],
  rendition: /\d{3,4}p|[a-z][a-z0-9-]{0,30}/,
  page: /\d{4}/,
  segment: /\d{5,6}/,
  named: /[a-z][a-z0-9-]{0,30}/,
  coded: ['jpg', 'png', 'webp', 'avif'],
  sound: ['mp3', 'm4a', 'ogg'],
} as const;

export interface OutputRow {
  /** `{variant}.{extension}`, with the placeholders above. */
  name: string;
  /** Human-readable name; a placeholder is replaced by its value in the output's name. */
  label: string;
  role: Role;
  /** Kinds of upload it is made from, by the state in KINDS. */
  kinds: readonly MediaKind[];
  /**
   * Condition for making it: the setting is enabled, the upload has pages or a cover, or is an
   * Office document. If absent, it is always made.
   */
  when?: SettingName | 'pages' | 'cover' | 'office';
}

const IMAGE = ['IMAGE'] as const;
const VIDEO = ['VIDEO'] as const;
const AUDIO = ['AUDIO'] as const;
const DOCUMENT = ['DOCUMENT'] as const;
const SHOWN = [...IMAGE, ...VIDEO, ...DOCUMENT] as const;
const HLS = { role: 'segment', kinds: VIDEO, when: 'ENABLE_HLS_TRANSCODING' } as const;

/**
 * Every output. Output keys, the web page's labels and views, and the smoke test's expectations
 * derive from it. A test processes files of each kind and compares their outputs with this table
 * (tests/unit/media/kinds/outputs.test.ts).
 *
 * No name is a suffix of another after an underscore, so `{stem}_{name}` has exactly one stem:
 * `a_b` can never be mistaken for an output of `a` (tests/unit/core/outputs/output-key.test.ts
 * proves it for generated stems).
 */
export const OUTPUTS = [
  { name: 'thumb_small.{still}', label: 'Small thumbnail', role: 'thumbnail', kinds: SHOWN },
  { name: 'thumb_medium.{still}', label: 'Medium thumbnail', role: 'thumbnail', kinds: SHOWN },
  { name: 'thumb_large.{still}', label: 'Large thumbnail', role: 'thumbnail', kinds: SHOWN },
  { name: 'optimized.{still}', label: 'Optimized', role: 'picture', kinds: IMAGE },
  { name: 'webp.webp', label: 'WebP', role: 'picture', kinds: IMAGE },
  { name: 'avif.avif', label: 'AVIF', role: 'picture', kinds: IMAGE, when: 'ENABLE_AVIF' },
  { name: '{rendition}.mp4', label: '{rendition} MP4', role: 'rendition', kinds: VIDEO },
  { ...HLS, name: 'hls/master.m3u8', label: 'HLS stream', role: 'stream' },
  { ...HLS, name: 'hls/{rendition}/index.m3u8', label: '{rendition} playlist', role: 'stream' },
  { ...HLS, name: 'hls/{rendition}/init.mp4', label: '{rendition} header' },
  { ...HLS, name: 'hls/{rendition}/{segment}.m4s', label: '{rendition} segment {segment}' },
  { name: 'poster.jpg', label: 'Poster', role: 'poster', kinds: VIDEO },
  { name: 'storyboard.jpg', label: 'Storyboard', role: 'storyboard', kinds: VIDEO },
  { name: 'storyboard.vtt', label: 'Storyboard cues', role: 'storyboard', kinds: VIDEO },
  { name: 'audio.mp3', label: 'MP3', role: 'rendition', kinds: AUDIO },
  { name: 'audio.m4a', label: 'AAC (M4A)', role: 'rendition', kinds: AUDIO },
  { name: 'audio.ogg', label: 'Ogg', role: 'rendition', kinds: AUDIO },
  { name: 'waveform.png', label: 'Waveform', role: 'waveform', kinds: AUDIO },
  { name: 'waveform.json', label: 'Waveform', role: 'waveform', kinds: AUDIO },
  { name: 'cover.{picture}', label: 'Cover', role: 'picture', kinds: AUDIO, when: 'cover' },
  { name: 'page_{page}.{still}', label: 'Page {page}', role: 'page', kinds: DOCUMENT, when: 'pages' },
  { name: 'text.txt', label: 'Text', role: 'text', kinds: DOCUMENT },
  { name: 'pages.json', label: 'Pages', role: 'text', kinds: DOCUMENT, when: 'pages' },
  { name: 'markdown.md', label: 'Markdown', role: 'text', kinds: DOCUMENT, when: 'pages' },
  { name: 'document.pdf', label: 'PDF', role: 'document', kinds: DOCUMENT, when: 'office' },
  { name: 'metadata.json', label: 'Metadata', role: 'metadata', kinds: MEDIA_KINDS },
  { name: 'manifest.json', label: 'Manifest', role: 'manifest', kinds: MEDIA_KINDS },
] as const satisfies readonly OutputRow[];

/**
 * Rows of outputs that profiles name: without underscores, and by no word of the names above, for
 * the reason given there (`isFreeName`).
 */
export const NAMED_ROWS = [
  { name: '{named}.{coded}', label: '{named}', role: 'picture', kinds: [...IMAGE, ...VIDEO] },
  { name: '{named}.{sound}', label: '{named} {sound}', role: 'rendition', kinds: AUDIO },
] as const satisfies readonly OutputRow[];

type Values = {
  [P in keyof typeof PLACES]: (typeof PLACES)[P] extends readonly (infer Word extends string)[]
    ? Word
    : string;
};
type Filled<Name extends string> =
  Name extends `${infer Before}{${infer P extends keyof Values}}${infer After}`
    ? `${Before}${Values[P]}${Filled<After>}`
    : Name;
declare const named: unique symbol;
/** Name that a profile gives (`outputOfProfile`). */
type NamedOutput = string & { readonly [named]: true };
/** Names in OUTPUTS as a type, so that an engine cannot use a name that is not listed. */
export type OutputName = Filled<(typeof OUTPUTS)[number]['name']> | NamedOutput;
