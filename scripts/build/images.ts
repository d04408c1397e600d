import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.ts';
import { nativePackages } from './native-packages.ts';
import { ARCHITECTURES, type Architecture } from './workloads.ts';

/**
 * Container images and their task programs. LibreOffice takes most of a gigabyte, which transcoding
 * tasks should not have to pull.
 */
export const IMAGES = {
  media: ['transcode-video', 'transcode-audio'],
  office: ['convert-office-document'],
} as const;
type ImageName = keyof typeof IMAGES;

/**
 * Tags by architecture and image. A tag identifies its content: repositories are immutable, and an
 * unchanged build must not cause a new deployment.
 */
export type ImageTags = Partial<Record<Architecture, Partial<Record<ImageName, string>>>>;

/** Stages `dist/images/{architecture}/{image}/`, the contexts for `docker build`. */
export async function stageImages(architectures: readonly Architecture[]): Promise<ImageTags> {
  const tags: ImageTags = {};
  for (const architecture of architectures) {
    tags[architecture] = {};
    for (const image of Object.keys(IMAGES) as ImageName[])
      tags[architecture][image] = await stage(image, architecture);
  }
  return tags;
}

async function stage(image: ImageName, architecture: Architecture): Promise<string> {
  const folder = `dist/images/${architecture}/${image}`;
  await mkdir(folder, { recursive: true });
  await copyFile(`containers/${image}/Dockerfile`, `${folder}/Dockerfile`);
  const packages = new Set<string>();
  for (const task of IMAGES[image]) {
    const entry = `tasks/${task}/main.ts`;
    if (!existsSync(entry)) continue;
    const made = await bundle({ entry, folder: `${folder}/app/dist/tasks/${task}` });
    for (const name of made.packages) packages.add(name);
  }
  for (const { file, path } of await nativePackages([...packages], ARCHITECTURES[architecture])) {
    const target = join(folder, 'app', path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(file, target);
  }
  return imageTag(folder, architecture);
}

/**
 * Hashes a staged folder. Includes the architecture: a folder without native code is the same for
 * each, but the image is not.
 */
export async function imageTag(folder: string, architecture: Architecture): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256').update(`${architecture}\0`);
  for (const file of files.sort()) hash.update(`${file.slice(folder.length)}\0`).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}
