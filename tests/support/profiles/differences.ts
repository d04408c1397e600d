import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { probed } from '../clips.ts';
import type { Asked } from './asked-for.ts';

const FORMATS: Readonly<Record<string, string>> = { jpg: 'jpeg', png: 'png', webp: 'webp', avif: 'heif' };
/** Seconds by which a length may be off: frames of sound have up to 0.05 s. */
const SECONDS = 0.1;

interface Found {
  format?: string | undefined;
  width?: number | undefined;
  height?: number | undefined;
  frames?: number;
  seconds?: number;
}

/** What the outputs of a file are not as asked, in words. `degraded` says what was left out. */
export async function differences(
  asked: readonly Asked[],
  outputs: ReadonlyMap<string, Buffer>,
  degraded: readonly string[],
): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'profiles-'));
  try {
    for (const [name, body] of outputs) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), body);
    }
    const known = new Set(asked.flatMap(({ names }) => names));
    const extra = [...outputs.keys()].filter((name) => !known.has(name)).map((name) => `${name} is too much`);
    const each = asked.map((one) => differencesOf(one, outputs, { degraded, directory }));
    return [...extra, ...(await Promise.all(each)).flat()];
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function differencesOf(
  asked: Asked,
  outputs: ReadonlyMap<string, Buffer>,
  { degraded, directory }: { degraded: readonly string[]; directory: string },
): Promise<string[]> {
  const [name, ...others] = asked.names.filter((one) => outputs.has(one));
  if (others.length > 0) return [`${name} was made as ${others}, too`];
  const isSaid = asked.names.some((one) =>
    degraded.some((reason) => reason.startsWith(`${one} is left out`)),
  );
  if (!name) return asked.mayBeLeftOut && isSaid ? [] : [`${asked.names} is missing`];
  const body = outputs.get(name) ?? Buffer.alloc(0);
  if (body.length === 0) return [`${name} is empty`];
  if (asked.width === undefined && asked.codec === undefined) return [];
  const found =
    asked.codec === 'webp'
      ? await animated(body)
      : asked.codec
        ? await heard(join(directory, name))
        : await seen(body);
  const expected = asked.codec ?? FORMATS[name.slice(name.lastIndexOf('.') + 1)];
  const { tolerance = 0, frames = 1, tolerableSeconds = 0 } = asked;
  const tolerances = { width: asked.widthTolerance ?? tolerance, height: tolerance };
  const off = (side: 'width' | 'height') =>
    asked[side] !== undefined && Math.abs((found[side] ?? 0) - asked[side]) > tolerances[side];
  return [
    ...(found.format === expected ? [] : [`${name} is ${found.format}, not ${expected}`]),
    ...(['width', 'height'] as const)
      .filter(off)
      .map((side) => `${name} has the ${side} ${found[side]}, not ${asked[side]}`),
    ...(asked.seconds !== undefined &&
    Math.abs((found.seconds ?? 0) - asked.seconds) > SECONDS + tolerableSeconds
      ? [`${name} lasts ${found.seconds} s, not ${asked.seconds}`]
      : []),
    ...(asked.codec || found.frames === frames ? [] : [`${name} has ${found.frames} frames, not ${frames}`]),
  ];
}

async function seen(body: Buffer): Promise<Found> {
  await sharp(body, { animated: true, failOn: 'warning' }).stats();
  const { format, width, height, pageHeight, pages = 1 } = await sharp(body, { animated: true }).metadata();
  return { format, width, height: pageHeight ?? height, frames: pages };
}

async function animated(body: Buffer): Promise<Found> {
  const { delay = [] } = await sharp(body, { animated: true }).metadata();
  return { ...(await seen(body)), seconds: delay.reduce((sum, each) => sum + each, 0) / 1000 };
}

async function heard(file: string): Promise<Found> {
  const { streams, format } = await probed(file);
  const [track = streams[0]] = streams.filter(({ codec_type }) => codec_type === 'video');
  return {
    ...{ format: track?.codec_name, width: track?.width, height: track?.height },
    seconds: Number(format.duration),
  };
}
