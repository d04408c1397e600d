import type { Job, Output } from '../../../contract/job-api.ts';
import { describeOutput, type OutputName, type OutputRow } from '../../../contract/lists.ts';

/** Output with the variant part of its key: `thumb_small.jpg`, `hls/720p/index.m3u8`. */
export interface Variant extends Output {
  name: string;
  /** Display label; the output's name where a newer pipeline made an output unknown to this page. */
  label: string;
  role: OutputRow['role'] | undefined;
}

/** Output with a link. The segments of a stream have none. */
export type LinkedVariant = Variant & { url: string };

export const isLinked = (variant: Variant): variant is LinkedVariant => Boolean(variant.url);

export function variantsOf({ outputs = [], manifest }: Job): Variant[] {
  const prefix = (manifest?.key ?? '').replace(/manifest\.json$/, '');
  return outputs.map((output) => {
    const name = output.key.startsWith(prefix) ? output.key.slice(prefix.length) : output.key;
    const { label = name, role } = describeOutput(name) ?? {};
    return { ...output, name, label, role };
  });
}

export const named = (variants: readonly Variant[], name: OutputName) =>
  variants.filter(isLinked).find((variant) => variant.name === name);

/** Those of a role that have a link. */
export const inRole = (variants: readonly Variant[], ...roles: OutputRow['role'][]) =>
  variants.filter(isLinked).filter(({ role }) => role && roles.includes(role));

export function sizeOf({ width, height }: Output): string | undefined {
  return typeof width === 'number' && typeof height === 'number' ? `${width} × ${height}` : undefined;
}
