import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { renderImage } from '../../media/image/render-image.ts';
import { attack, type Made } from '../support/mutation/attack.ts';
import { type ImageFile, imageSources } from '../support/mutation/image-sources.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { OPTIONS } from '../unit/media/image/pictures.ts';

const FILES = proofSize(150);
/** Far above what a file of this size takes on a busy machine. */
const BOUND_SECONDS = 60;

interface Rendered {
  /** Hashes of the outputs: encoding is deterministic, so the same pixels give the same bytes. */
  outputs: Record<string, string>;
  degraded: string[];
}

let directory: string;
let count = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mutated-images-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Renders a file as ProcessImage does. Fails if something is published of a file that is refused. */
async function render(bytes: Buffer, { contentType }: ImageFile): Promise<Rendered> {
  const file = join(directory, `source-${count++}`);
  const outputs: Rendered['outputs'] = {};
  await writeFile(file, bytes);
  try {
    const { degraded = [] } = await renderImage(file, { ...OPTIONS, contentType }, async ({ name, body }) => {
      outputs[name] = createHash('sha256')
        .update(body as Buffer)
        .digest('hex');
    });
    if (Object.keys(outputs).length !== 5) throw new Error(`Expected 5 outputs, got ${Object.keys(outputs)}`);
    return { outputs, degraded };
  } catch (error) {
    if (Object.keys(outputs).length === 0) throw error;
    throw new Error(`${Object.keys(outputs)} had been published`, { cause: error });
  } finally {
    await rm(file);
  }
}

function missing({ result, whole }: Made<Rendered, ImageFile>): string | undefined {
  const { outputs, degraded } = result;
  if (degraded.length > whole.degraded.length) return undefined;
  const different = Object.keys(whole.outputs).filter((name) => outputs[name] !== whole.outputs[name]);
  return different.length > 0 ? `${different.join(', ')} differ` : undefined;
}

test(`${FILES} damaged images are rendered whole or rejected, and nothing of a rejected one is published`, async () => {
  const sources = await imageSources();
  const { faults, ...facts } = await attack({
    ...{ sources, seed: proofSeed(), size: FILES, atOnce: 4, boundSeconds: BOUND_SECONDS },
    ...{ process: render, missing },
  });
  reportProof(18, { kind: 'images', ...facts });
  expect(faults).toEqual([]);
}, 3_600_000);
