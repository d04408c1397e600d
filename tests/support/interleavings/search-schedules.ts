import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Outcome, runSchedule } from './run-schedule.ts';
import { type Script, writeScript } from './script.ts';
import { shrinkScript } from './shrink-script.ts';

/** Schedule that failed once, as small as it could be made. */
export interface Fixture {
  /** What went wrong. */
  finding: string;
  /** Problems of the run that found it. */
  problems: string[];
  script: Script;
}

const FIXTURES = new URL('../../proofs/fixtures/', import.meta.url);
/** Failing schedules that are made small; the others are only counted. */
const MAX_SHRUNK = 3;

interface Search {
  proof: number;
  seed: number;
  size: number;
  readers?: number;
  skew?: number;
  problemsOf: (outcome: Outcome) => string[];
}

/**
 * Runs the schedules of `size` seeds from `seed` on. Writes a fixture for the first failing ones,
 * of one kind each, and returns every failing seed with its problems.
 */
export async function searchSchedules({ proof, seed, size, readers, skew, problemsOf }: Search) {
  const failed: { seed: number; problems: string[] }[] = [];
  const totals = { calls: 0, reads: 0, jobs: 0 };
  const kinds = new Set<string>();
  for (let at = seed; at < seed + size; at++) {
    const script: Script = { ...writeScript(at, readers), ...(skew && { skew }) };
    const outcome = await runSchedule(script);
    for (const name of ['calls', 'reads', 'jobs'] as const) totals[name] += outcome[name];
    const problems = problemsOf(outcome);
    if (problems.length === 0) continue;
    failed.push({ seed: at, problems });
    const kind = kindOf(problems[0]);
    if (kinds.has(kind) || kinds.size >= MAX_SHRUNK) continue;
    kinds.add(kind);
    await keep(proof, kind, script, problemsOf);
  }
  return { failed, totals };
}

async function keep(proof: number, kind: string, script: Script, problemsOf: Search['problemsOf']) {
  const file = new URL(`${proof}-${script.seed}.json`, FIXTURES);
  // Somebody may have written there what the problem is.
  if (existsSync(file)) return;
  const isSame = (outcome: Outcome) => problemsOf(outcome).some((problem) => kindOf(problem) === kind);
  const small = await shrinkScript(script, isSame);
  const fixture: Fixture = { finding: kind, problems: problemsOf(await runSchedule(small)), script: small };
  writeFileSync(file, `${JSON.stringify(fixture, null, 2)}\n`);
}

/** Returns a problem without the names of keys and jobs. */
const kindOf = (problem = '') =>
  problem
    .replaceAll(/job_\w+|[ab]\.\w+ \w+ \w{6}|\b[ab][-\w]*\.\w+/g, '…')
    .replaceAll(/(?:, … is .*|\(\w+\))/g, '');

/** Returns the kept schedules of a proof by file name. */
export function fixturesOf(proof: number): [name: string, fixture: Fixture][] {
  return readdirSync(FIXTURES)
    .filter((name) => name.startsWith(`${proof}-`))
    .sort()
    .map((name) => [name, JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')) as Fixture]);
}
