import { readFileSync, writeFileSync } from 'node:fs';
import type { Progress } from './progress.ts';
import { PROOFS, type Proof } from './proofs.ts';

const FILE = 'docs/proofs.md';
const BEGIN = '<!-- results: written by make proofs -->';
const HEAD = ['| proof | claim | where | size | last full run |', '| --- | --- | --- | --- | --- |'];

/** Writes the table of all proofs into docs/proofs.md, with the results of finished full runs. */
export function writeTable(finished: ReadonlyMap<string, Progress>): string {
  const document = readFileSync(FILE, 'utf8');
  const [text = '', old = ''] = document.split(BEGIN);
  const rows = PROOFS.map((proof) => row(proof, resultOf(finished.get(proof.file)) ?? oldResult(old, proof)));
  const table = [...HEAD, ...rows].join('\n');
  writeFileSync(FILE, `${text}${BEGIN}\n\n${table}\n`);
  return table;
}

function row({ number, claim, file, title, unit, size }: Proof, result: string): string {
  const where = `\`${file}\`${title ? `, "${title.replaceAll('|', '\\|')}"` : ''}`;
  const amount = unit ? `${size?.toLocaleString('en-US')} ${unit}` : 'all cases';
  return `| ${number} | ${claim} | ${where} | ${amount} | ${result} |`;
}

function resultOf(progress: Progress | undefined): string | undefined {
  if (!progress) return undefined;
  const verdict = progress.failedSlices === 0 ? 'passed' : 'FAILED';
  const minutes = (progress.seconds / 60).toFixed(1);
  const day = new Date().toISOString().slice(0, 10);
  return `${verdict}, ${day}, ${progress.commit}, seed ${progress.seed}, ${minutes} min`;
}

/** Returns the last cell of a proof's row in an earlier table. */
function oldResult(table: string, { file }: Proof): string {
  const line = table.split('\n').find((one) => one.includes(`\`${file}\``));
  return line?.split('|').at(-2)?.trim() ?? '–';
}
