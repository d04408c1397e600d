import type { TextLine } from '../reader/page-protocol.ts';

/** Number of characters by font size (rounded to half a point), over the whole document. */
export type SizeHistogram = Map<number, number>;

export function countSizes(histogram: SizeHistogram, lines: readonly TextLine[]): void {
  for (const { size, text } of lines) {
    const rounded = half(size);
    histogram.set(rounded, (histogram.get(rounded) ?? 0) + text.length);
  }
}

/** Text larger than the body by this factor is a heading. */
const HEADING_RATIO = 1.15;
const MAX_LEVELS = 4;
/** Longer lines are large print, not headings. */
const MAX_HEADING = 200;
/** Baselines further apart than this multiple of the font size start a new paragraph. */
const PARAGRAPH_GAP = 1.7;

/**
 * Returns the font sizes of headings, largest first: `#`, `##` …; further ones count as the
 * smallest.
 */
export function headingSizes(histogram: SizeHistogram): number[] {
  const body = [...histogram].reduce((most, next) => (next[1] > most[1] ? next : most), [0, 0])[0];
  return [...histogram.keys()]
    .filter((size) => body > 0 && size >= body * HEADING_RATIO)
    .sort((a, b) => b - a);
}

/**
 * Converts a page to Markdown: headings by font size, paragraphs joined from lines (words
 * hyphenated at the end of a line are rejoined), lists from bullets. Tables, columns and emphasis
 * are not reconstructed: a PDF does not contain that structure, and wrong tables are worse than
 * plain lines.
 */
export function pageMarkdown(lines: readonly TextLine[], headings: readonly number[]): string {
  const blocks: Block[] = [];
  let before: TextLine | undefined;
  for (const line of lines) {
    const text = line.text.trim();
    if (!text) {
      before = undefined;
      continue;
    }
    const block = startOf(text, levelOf(line, headings));
    const last = blocks.at(-1);
    if (last && before && continues(last, block, before, line)) last.text = joined(last.text, text);
    else blocks.push(block);
    before = line;
  }
  return blocks
    .map(({ marker, text }, i) => gapBefore(blocks[i - 1], marker) + marker + escaped(text, marker))
    .join('');
}

interface Block {
  /** `## `, `- ` or empty. */
  marker: string;
  text: string;
}

/** Keeps items of one list together. */
const gapBefore = (last: Block | undefined, marker: string) =>
  last ? (marker === '- ' && last.marker === '- ' ? '\n' : '\n\n') : '';

const BULLET = /^[•◦▪▫‣⁃●○■□–—-]\s+/u;
const NUMBER = /^\(?(?:\d{1,3}|[a-z])[.)]\s/u;

function startOf(text: string, level: number): Block {
  if (level > 0) return { marker: `${'#'.repeat(level)} `, text };
  return BULLET.test(text) ? { marker: '- ', text: text.replace(BULLET, '') } : { marker: '', text };
}

function continues(last: Block, next: Block, before: TextLine, line: TextLine): boolean {
  const gap = before.y - line.y;
  const near = gap >= 0 && gap <= PARAGRAPH_GAP * Math.max(line.size, 1);
  if (next.marker.startsWith('#')) return near && next.marker === last.marker;
  return near && next.marker === '' && !last.marker.startsWith('#') && !NUMBER.test(next.text);
}

function joined(text: string, next: string): string {
  return /\p{Ll}[-\u00AD\u2010]$/u.test(text) && /^\p{Ll}/u.test(next)
    ? text.slice(0, -1) + next
    : `${text} ${next}`;
}

function levelOf({ text, size }: TextLine, headings: readonly number[]): number {
  const index = headings.indexOf(half(size));
  return index < 0 || text.length > MAX_HEADING || !/\p{L}/u.test(text) ? 0 : Math.min(index + 1, MAX_LEVELS);
}

/**
 * Escapes characters that would be markup, most importantly HTML, since viewers run it. An
 * underscore within a word is not markup.
 */
export function escaped(text: string, marker: string): string {
  const inline = text
    .replace(/[\\`*<]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replaceAll('](', ']\\(');
  return marker === '' ? inline.replace(/^[#>+-]/, '\\$&') : inline;
}

const half = (size: number) => Math.round(size * 2) / 2;
