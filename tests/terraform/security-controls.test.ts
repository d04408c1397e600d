import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

interface Row {
  controls: string[];
  state: string;
  reason: string;
}

const rows: Row[] = readFileSync('docs/security-controls.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| What ') && !line.startsWith('| ---'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .map(([, controls = '', state = '', reason = '']) => ({ controls: controls.split(' '), state, reason }));

const skippedInline = new Set(
  readdirSync('terraform', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tf') && !file.includes('.terraform'))
    .flatMap((file) => [...readFileSync(join('terraform', file), 'utf8').matchAll(/#checkov:skip=(\w+):\S/g)])
    .map(([, id = '']) => id),
);

describe('docs/security-controls.md', () => {
  test('names each control once, with its state and a reason', () => {
    const ids = rows.flatMap(({ controls }) => controls).filter((id) => id !== '—');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(100);
    for (const row of rows)
      expect(row).toMatchObject({
        state: expect.stringMatching(/^(?:met|skipped)$/),
        reason: expect.stringMatching(/\S/),
      });
  });

  test('skips what is skipped beside a resource, and nothing else', () => {
    const skipped = rows
      .filter(({ state }) => state === 'skipped')
      .flatMap(({ controls }) => controls.filter((id) => id.startsWith('CKV')));
    expect([...skippedInline].sort()).toEqual([...skipped].sort());
  });
});
