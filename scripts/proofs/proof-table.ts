import { readFileSync, writeFileSync } from 'node:fs';
import { PROOFS, type Proof } from './proofs.ts';
import { plan, type Results, type Slice } from './results.ts';

const FILE = 'docs/proofs.md';
const BEGIN = '<!-- results: written by make proofs -->';
const HEAD = ['| proof | claim | where | size | shown |', '| --- | --- | --- | --- | --- |'];

/** Writes the table of all proofs into docs/proofs.md. Returns it. */
export function writeTable(results: Results): string {
  const [text = ''] = readFileSync(FILE, 'utf8').split(BEGIN);
  const table = [...HEAD, ...PROOFS.map((proof) => row(proof, results[proof.file] ?? []))].join('\n');
  writeFileSync(FILE, `${text}${BEGIN}\n\n${table}\n`);
  return table;
}

function row(proof: Proof, slices: readonly Slice[]): string {
  const { number, claim, file, title, unit, size } = proof;
  const where = `\`${file}\`${title ? `, "${title.replaceAll('|', '\\|')}"` : ''}`;
  const amount = unit ? `${count(size ?? 0)} ${unit}` : 'all cases';
  return `| ${number} | ${claim} | ${where} | ${amount} | ${shown(proof, slices)} |`;
}

/** Describes which part of a full run has passed, and which has failed. */
export function shown(proof: Pick<Proof, 'unit' | 'size' | 'slice'>, slices: readonly Slice[]): string {
  if (slices.length === 0) return '–';
  const failed = slices.filter(({ passed }) => !passed).map(({ seed }) => seed);
  const passed = slices.filter((slice) => slice.passed);
  const done = passed.reduce((sum, { size }) => sum + size, 0);
  const isWhole = passed.length === plan(proof).length;
  const minutes = slices.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  return [
    isWhole ? 'passed' : `${count(done)} passed`,
    ...(failed.length > 0 ? [`FAILED: seed ${failed.join(', ')}`] : []),
    span(slices.map(({ date }) => date).sort()),
    [...new Set(slices.map(({ commit }) => commit))].join(' '),
    `${minutes.toFixed(1)} min`,
  ].join(', ');
}

const count = (number: number) => number.toLocaleString('en-US');
const span = (days: readonly string[]) => [...new Set([days[0], days.at(-1)])].join(' to ');
