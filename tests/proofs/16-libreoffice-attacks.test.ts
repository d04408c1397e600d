import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MediaError } from '../../base/errors.ts';
import { convertDocument } from '../../media/office/convert-document.ts';
import { OFFICE_FORMATS, type OfficeFormat } from '../../media/office/office-format.ts';
import { sofficeArguments } from '../../media/office/run-soffice.ts';
import { profileSettings } from '../../media/office/soffice-profile.ts';
import { type Canary, setOutCanary } from '../support/hostile/canary.ts';
import { OFFICE_ATTACKS, type OfficeAttack } from '../support/hostile/office-attacks.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { processed } from '../unit/media/document/setup.ts';

/** From the one with the seed's number on: a run of full size has them all. */
const ATTACKS = proofSize(2);

let secret: string;
let canary: Canary;
beforeAll(async () => {
  secret = await mkdtemp(join(tmpdir(), 'office-canary-'));
  await writeFile(join(secret, 'canary.txt'), 'CANARY in a file');
  canary = await setOutCanary(join(secret, 'canary.txt'));
  process.env.CANARY = 'CANARY-in-the-environment';
});
afterAll(async () => {
  delete process.env.CANARY;
  await canary.close();
  await rm(secret, { recursive: true });
});

const chosen = Array.from(
  { length: ATTACKS },
  (_, i) => OFFICE_ATTACKS[(proofSeed() + i) % OFFICE_ATTACKS.length] as OfficeAttack,
);
const formatOf = (extension: string) =>
  Object.values(OFFICE_FORMATS).find((known) => known.extension === extension) as OfficeFormat;

interface Saved {
  directory: string;
  file: string;
  format: OfficeFormat;
}

async function saved<Result>(
  { extension, make }: OfficeAttack,
  work: (saved: Saved) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'office-attack-'));
  try {
    const file = join(directory, `source.${extension}`);
    await writeFile(file, make({ address: canary.http, file: canary.file }));
    return await work({ directory, file, format: formatOf(extension) });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Converts as ConvertOfficeDocument does. Gives all that a reader of the outputs can see; nothing if the file is rejected. */
const converted = (attack: OfficeAttack) =>
  saved(attack, async ({ directory, file, format }) => {
    try {
      const made = await convertDocument({ file, directory, format, maxPages: 2000 });
      const pdf = await readFile(made.pdf);
      const { text, metadata } = await processed(pdf);
      const own = made.text ? await readFile(made.text.text, 'utf8') : '';
      return `${own}${text}${JSON.stringify(metadata)}${pdf.toString('latin1')}`;
    } catch (error) {
      if (error instanceof MediaError && error.category === 'processing') return '';
      throw error;
    }
  });

/** LibreOffice with a network, as on Fargate, and with a profile of its own; without even the dead proxy. */
const opened = (attack: OfficeAttack, settings: string | undefined) =>
  saved(attack, async ({ directory, file, format }) => {
    const [profile, output] = [join(directory, 'profile'), join(directory, 'output')];
    await mkdir(join(profile, 'user'), { recursive: true });
    if (settings) await writeFile(join(profile, 'user', 'registrymodifications.xcu'), settings);
    const env = { PATH: process.env.PATH, HOME: directory };
    const run = promisify(execFile)('soffice', sofficeArguments(file, profile, output, format), {
      ...{ env, timeout: 120_000 },
    });
    await run.catch(() => undefined);
    const pdf = await readFile(join(output, 'source.pdf')).catch(() => undefined);
    return pdf ? (await processed(pdf)).text : '';
  });

test(`${ATTACKS} hostile documents learn nothing and reach nobody, by the settings alone too`, async () => {
  const withoutProxy = profileSettings().replace(/<item oor:path="\/org.openoffice.Inet.*/g, '');
  const faults: string[] = [];
  for (const attack of chosen) {
    const seen = await Promise.all([converted(attack), opened(attack, withoutProxy)]);
    const touched = await canary.touched();
    const leaked = seen.some((text) => text.includes('CANARY'));
    const label = `${attack.label} (${attack.extension})`;
    if (touched.length > 0) faults.push(`${label} reached the canary: ${touched}`);
    if (leaked) faults.push(`${label} has the canary in its outputs`);
  }
  reportProof(16, { attacks: chosen.length });
  expect(faults).toEqual([]);
}, 3_600_000);

test('without the settings the canary would sing', async () => {
  const sings = ['an image elsewhere', 'an object elsewhere'];
  const attacks = OFFICE_ATTACKS.filter(({ label }) => sings.includes(label));
  await Promise.all(attacks.map((attack) => opened(attack, undefined)));
  expect(await canary.touched()).toEqual(expect.arrayContaining(['GET /image.png', 'GET /o.ods']));
});
