import type { RawTags } from './tag-text.ts';

export interface Chapter<Title = string> {
  title: Title;
  /** From the start of the recording, in seconds. */
  startSeconds: number;
  endSeconds: number;
}

const MAX_CHAPTERS = 1000;
/** A line, in which a backslash escapes the next byte, even the end of the line. */
const LINE = /((?:\\[\s\S]|[^\\\n])*)(?:\n|$)/g;
const ENTRY = /^((?:\\[\s\S]|[^\\=])*)=([\s\S]*)$/;

/**
 * Parses ffmpeg's metadata format: https://ffmpeg.org/ffmpeg-formats.html#Metadata-2. Texts keep the
 * bytes of the file; names are in lower case.
 */
export function parseFfmetadata(bytes: Buffer): { tags: RawTags; chapters: Chapter<Buffer>[] } {
  const sections: { name: string; entries: Record<string, Buffer> }[] = [{ name: '', entries: {} }];
  for (const [, line = ''] of bytes.toString('latin1').matchAll(LINE)) {
    if (line === '' || /^[;#]/.test(line)) continue;
    const section = /^\[(\w+)\]$/.exec(line)?.[1];
    if (section) sections.push({ name: section, entries: {} });
    const [, name = '', value = ''] = ENTRY.exec(line) ?? [];
    const entries = sections.at(-1)?.entries;
    if (name !== '' && entries)
      entries[unescaped(name).toLowerCase()] = Buffer.from(unescaped(value), 'latin1');
  }
  const chapters = sections.filter(({ name }) => name === 'CHAPTER').slice(0, MAX_CHAPTERS);
  return { tags: sections[0]?.entries ?? {}, chapters: chapters.map(({ entries }) => chapter(entries)) };
}

const unescaped = (text: string) => text.replace(/\\([\s\S])/g, '$1');

function chapter({ timebase, start, end, title = Buffer.alloc(0) }: RawTags): Chapter<Buffer> {
  const [numerator = 1, denominator = 1] = String(timebase ?? '1/1')
    .split('/')
    .map(Number);
  const seconds = (time: Buffer | undefined) =>
    Math.round(((Number(String(time ?? 0)) * numerator) / denominator) * 1000) / 1000 || 0;
  return { title, startSeconds: seconds(start), endSeconds: seconds(end) };
}
