import type { Job, Output } from '../../../contract/job-api.ts';

/** Output with the variant part of its key: `thumb_small.jpg`, `hls/720p/index.m3u8`. */
export interface Variant extends Output {
  name: string;
}

/** Output with a link. The segments of a stream have none. */
export type LinkedVariant = Variant & { url: string };

export const isLinked = (variant: Variant): variant is LinkedVariant => Boolean(variant.url);

export function variantsOf({ outputs = [], manifest }: Job): Variant[] {
  const prefix = (manifest?.key ?? '').replace(/manifest\.json$/, '');
  return outputs.map((output) => {
    const name = output.key.startsWith(prefix) ? output.key.slice(prefix.length) : output.key;
    return { ...output, name };
  });
}

export const named = (variants: readonly Variant[], name: string) =>
  variants.filter(isLinked).find((variant) => variant.name === name);

const LABELS: Readonly<Record<string, string>> = {
  thumb_small: 'Small thumbnail',
  thumb_medium: 'Medium thumbnail',
  thumb_large: 'Large thumbnail',
  optimized: 'Optimized',
  webp: 'WebP',
  avif: 'AVIF',
  poster: 'Poster',
  storyboard: 'Storyboard',
  waveform: 'Waveform',
  cover: 'Cover',
  text: 'Text',
  pages: 'Pages',
  markdown: 'Markdown',
  document: 'PDF',
  metadata: 'Metadata',
};

const AUDIO: Readonly<Record<string, string>> = {
  'audio.mp3': 'MP3',
  'audio.m4a': 'AAC (M4A)',
  'audio.ogg': 'Ogg',
};

export function labelOf({ name, contentType }: Variant): string {
  const stem = name.replace(/\.[^.]+$/, '');
  const [, kind, number] = /^(frame|page)_(\d+)$/.exec(stem) ?? [];
  if (kind) return `${kind === 'page' ? 'Page' : 'Frame'} ${Number(number)}`;
  if (stem === 'audio') return AUDIO[name] ?? contentType;
  return LABELS[stem] ?? name;
}

export function sizeOf({ width, height }: Output): string | undefined {
  return typeof width === 'number' && typeof height === 'number' ? `${width} × ${height}` : undefined;
}
