import { expect, test } from '@jest/globals';
import { shown } from '../../../scripts/proofs/proof-table.ts';
import { PROOFS } from '../../../scripts/proofs/proofs.ts';
import { missing, readResults, type Slice, withSlice } from '../../../scripts/proofs/results.ts';

const PROOF = { number: 1, claim: '', file: 'x', unit: 'cases', size: 250, slice: 100 };
const slice = (change: Partial<Slice> = {}): Slice => ({
  ...{ seed: 1, size: 100, passed: true, seconds: 60, commit: 'aaa', date: '2026-01-02' },
  ...change,
});

test('a full run is made of slices, each with seeds of its own, of which the passed ones are not run again', () => {
  expect(missing(PROOF)).toEqual([
    { seed: 1, size: 100 },
    { seed: 101, size: 100 },
    { seed: 201, size: 50 },
  ]);
  const slices = [slice(), slice({ seed: 101, passed: false })];
  expect(missing(PROOF, slices).map(({ seed }) => seed)).toEqual([101, 201]);
  const mended = withSlice(slices, slice({ seed: 101, commit: 'bbb' }));
  expect(missing(PROOF, mended).map(({ seed }) => seed)).toEqual([201]);
});

test('the table says how much has passed, on which commits', () => {
  expect(shown(PROOF, [])).toBe('–');
  const first = slice();
  expect(shown(PROOF, [first, slice({ seed: 101, passed: false, date: '2026-01-03' })])).toBe(
    '100 passed, FAILED: seed 101, 2026-01-02 to 2026-01-03, aaa, 2.0 min',
  );
  const rest = [slice({ seed: 101, commit: 'bbb' }), slice({ seed: 201, size: 50, commit: 'bbb' })];
  expect(shown(PROOF, [first, ...rest])).toBe('passed, 2026-01-02, aaa bbb, 3.0 min');
});

test('what is recorded are slices of proofs that exist', () => {
  for (const [file, slices] of Object.entries(readResults())) {
    const proof = PROOFS.find((one) => one.file === file);
    expect({ file, proof }).toEqual({ file, proof: expect.anything() });
    const planned = missing({ ...PROOF, ...proof }).map(({ seed }) => seed);
    expect(slices.filter(({ seed }) => !planned.includes(seed))).toEqual([]);
  }
});
