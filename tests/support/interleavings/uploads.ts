import { PIXEL } from '../stand-in-worker.ts';

/** How the work on an upload goes. `flaky` and `denied` do not fail every time. */
export type Outcome = 'good' | 'corrupt' | 'flaky' | 'denied' | 'text';

const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb', 'hex');
const MP4 = Buffer.from('000000186674797069736f6d0000020069736f6d6d703432', 'hex');

const folder = 'tenants/acme/users/ann/media/';

/** Keys of the uploads: two share a stem, one is processed by a task. */
export const KEYS = [`${folder}a.png`, `${folder}a.jpg`, `${folder}b.mp4`] as const;

const HEADS: Readonly<Record<string, Buffer>> = { png: PIXEL, jpg: JPEG, mp4: MP4 };

/** Makes the content of an upload; `number` makes it unique. */
export function contentOf(key: string, outcome: Outcome, number: number): Buffer {
  const note = Buffer.from(`\n${number} ${outcome}`);
  // Plain text under the name of a picture is refused at admission.
  if (outcome === 'text') return note;
  return Buffer.concat([HEADS[key.split('.').at(-1) ?? ''] ?? PIXEL, note]);
}

export function noteOf(content: Buffer): { number: number; outcome: Outcome } {
  const [number = '', outcome = ''] = content.toString('latin1').split('\n').at(-1)?.split(' ') ?? [];
  return { number: Number(number), outcome: outcome as Outcome };
}
