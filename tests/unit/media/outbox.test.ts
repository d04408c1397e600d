import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { openOutbox } from '../../../media/outbox.ts';
import type { Output } from '../../../media/output.ts';

/** An outbox takes any name: it is for whoever publishes to look at them. */
const output = (name: string) => ({ name, contentType: 'text/plain', body: Buffer.from(name) }) as Output;

/** An outbox whose deliveries take a while; says what was delivered, and how many were under way at most. */
function setup(options: Partial<Parameters<typeof openOutbox>[1]> = {}, fails?: string) {
  const delivered: string[] = [];
  const seen = { underWay: 0, most: 0 };
  const outbox = openOutbox(
    async ({ name }) => {
      seen.most = Math.max(seen.most, ++seen.underWay);
      await sleep(5);
      seen.underWay--;
      if (name === fails) throw new Error(`${name} failed`);
      delivered.push(name);
    },
    { atOnce: 2, ...options },
  );
  return { outbox, delivered, seen };
}

describe('an outbox', () => {
  test('delivers all that was sent, no more at once than it may', async () => {
    const { outbox, delivered, seen } = setup();
    for (const name of ['a', 'b', 'c', 'd', 'e']) outbox.send(output(name));
    await outbox.delivered();
    expect([delivered.toSorted().join(''), seen]).toEqual(['abcde', { underWay: 0, most: 2 }]);
  });

  test('makes outputs in the background and delivers them in their order', async () => {
    const { outbox, delivered } = setup({ atOnce: 1 });
    outbox.send(async () => [output('a'), output('b')]);
    outbox.send(output('c'));
    await outbox.delivered();
    expect(delivered).toEqual(['a', 'b', 'c']);
  });

  test('delivers the others after a failure, and throws the first once nothing is under way', async () => {
    const { outbox, delivered, seen } = setup({ atOnce: 1 }, 'b');
    for (const name of ['a', 'b', 'c', 'd']) outbox.send(output(name));
    await expect(outbox.delivered()).rejects.toThrow('b failed');
    expect([delivered, seen.underWay, outbox.failed.aborted]).toEqual([['a', 'c', 'd'], 0, true]);
  });

  test('throws what making an output threw', async () => {
    const { outbox } = setup();
    outbox.send(() => Promise.reject(new Error('no pixels')));
    await expect(outbox.delivered()).rejects.toThrow('no pixels');
  });

  test('drops what waits when it is stopped, and waits for what is under way', async () => {
    const { outbox, delivered, seen } = setup({ atOnce: 1 });
    for (const name of ['a', 'b', 'c']) outbox.send(output(name));
    await outbox.stopped();
    expect([delivered, seen.underWay]).toEqual([['a'], 0]);
  });

  test('removes the files that it delivered where it is told to', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outbox-'));
    try {
      const { outbox } = setup({ removesFiles: true });
      for (const name of ['a', 'b']) {
        await writeFile(join(directory, name), name);
        outbox.send({ ...output(name), body: { file: join(directory, name) } });
      }
      await outbox.delivered();
      expect(await readdir(directory)).toEqual([]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
