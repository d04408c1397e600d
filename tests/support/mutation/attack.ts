import { setTimeout } from 'node:timers/promises';
import { ERRORS, MediaError } from '../../../base/errors.ts';
import { HEAD_BYTES } from '../../../base/head-bytes.ts';
import { detectMediaType } from '../../../media/kinds/detect-media-type.ts';
import { seededRandom } from '../random.ts';
import { type MutationSource, mutate } from './mutate.ts';

export interface Attack<Source extends MutationSource, Result> {
  sources: readonly Source[];
  /** Case i is made from this seed plus i, so that a single case is repeated with SIZE=1. */
  seed: number;
  size: number;
  /** Files that are processed at once. */
  atOnce: number;
  /** Seconds after which a file counts as hanging. */
  boundSeconds: number;
  /** Processes a file as its worker does. */
  process: (bytes: Buffer, source: Source) => Promise<Result>;
  /** Says what a file that lost its end lacks, compared to the whole file, without telling so. */
  missing: (made: Made<Result, Source>) => string | undefined;
}

export interface Made<Result, Source> {
  result: Result;
  /** What the undamaged file gives. */
  whole: Result;
  source: Source;
  /** Number of bytes that were left. */
  length: number;
}

export interface Findings {
  /** Number of cases by outcome: the name of the rejection, or `completed`. */
  outcomes: Record<string, number>;
  /** Cases whose first bytes are of no type, or of another: AdmitUpload refuses them. */
  refusedByType: number;
  /** Cases that lost their end and were completed all the same, as nothing of importance was lost. */
  cutAndCompleted: number;
  slowestSeconds: number;
  /** What must not happen, each with the seed that repeats it. */
  faults: string[];
}

/**
 * Processes damaged files. Faults are: an error that is not a rejection of the file, an answer that
 * does not come, and a file without its end that passes for whole.
 */
export async function attack<Source extends MutationSource, Result>(
  options: Attack<Source, Result>,
): Promise<Findings> {
  const { seed, size, atOnce } = options;
  const wholes = new Map<string, Promise<Result>>();
  const findings: Findings = {
    outcomes: {},
    refusedByType: 0,
    cutAndCompleted: 0,
    slowestSeconds: 0,
    faults: [],
  };
  let next = 0;
  const work = async () => {
    while (next < size) await attempt(options, seed + next++, wholes, findings);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return findings;
}

async function attempt<Source extends MutationSource, Result>(
  { sources, boundSeconds, process, missing }: Attack<Source, Result>,
  seed: number,
  wholes: Map<string, Promise<Result>>,
  findings: Findings,
): Promise<void> {
  const random = seededRandom(seed);
  const source = random.pick(sources) as Source;
  const mutation = mutate(source, random, sources);
  const { how } = mutation;
  const bytes = source.pack?.(mutation.bytes) ?? mutation.bytes;
  // The whole file arrives where only a part inside it was cut, and no format marks the end of those.
  const isCut = mutation.isCut && !source.pack;
  const fault = (what: string) => {
    const text = `${source.name}, ${how}: ${what} (repeat with SEED=${seed} SIZE=1)`;
    findings.faults.push(text);
    // At once: a long run may be killed.
    globalThis.process.stdout.write(`fault: ${text}\n`);
  };
  // Most damaged headers are refused here. The engine gets these files too: it must not rely on that.
  const type = await within(
    boundSeconds,
    detectMediaType(`file.${source.extension}`, bytes.subarray(0, HEAD_BYTES)),
  );
  if ('hangs' in type) fault(`its type is not detected within ${boundSeconds} s`);
  if ('error' in type) {
    findings.refusedByType++;
    if (!isRejection(type.error)) fault(`its type cannot be detected: ${type.error}`);
  }
  const started = performance.now();
  const end = await within(boundSeconds, process(bytes, source));
  findings.slowestSeconds = Math.max(findings.slowestSeconds, (performance.now() - started) / 1000);
  const outcome = 'result' in end ? 'completed' : 'error' in end ? nameOf(end.error) : 'hanging';
  findings.outcomes[outcome] = (findings.outcomes[outcome] ?? 0) + 1;
  if ('error' in end && !isRejection(end.error)) fault(`${outcome}: ${(end.error as Error)?.message}`);
  if (outcome === 'hanging') fault(`no answer within ${boundSeconds} s`);
  if (!('result' in end) || !isCut) return;
  const whole = wholes.get(source.name) ?? process(source.bytes, source);
  wholes.set(source.name, whole);
  const lacks = missing({ result: end.result, whole: await whole, source, length: bytes.length });
  if (lacks) fault(`completed as if it were whole: ${lacks}`);
  else findings.cutAndCompleted++;
}

type End<Result> = { result: Result } | { error: unknown } | { hangs: true };

async function within<Result>(seconds: number, work: Promise<Result>): Promise<End<Result>> {
  const timer = new AbortController();
  const ended = work.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  const late = setTimeout(seconds * 1000, { hangs: true as const }, { signal: timer.signal });
  late.catch(() => undefined);
  try {
    return await Promise.race([ended, late]);
  } finally {
    timer.abort();
  }
}

/** The uploader must act, and no retry follows: neither an operator nor a retry can help. */
const isRejection = (error: unknown) =>
  error instanceof MediaError && error.category === 'processing' && ERRORS[error.name].status === 'REJECTED';
const nameOf = (error: unknown) => (error instanceof Error ? error.name : String(error));
