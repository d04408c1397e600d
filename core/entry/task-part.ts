import { MAX_CHUNK_TASKS } from '../../base/chunk-limits.ts';
import { readConfig } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';

/** Settings that a task program reads that may split its job. */
export const PART_SETTINGS = ['MAX_VIDEO_CHUNK_TASKS'] as const;

/** Part of a job that a task does: what its state says in PART. */
export interface TaskPart {
  /**
   * - `whole`: the job, or to split it: then its result is a SplitResult.
   * - `unsplit`: the job, which it never splits: the larger task, kinds that are not split, and
   *   executions of earlier definitions, which have no PART.
   * - `chunk`: one chunk of a job that was split. It keeps the slots, for the other chunks.
   * - `join`: the end of a job that was split.
   */
  name: 'whole' | 'unsplit' | 'chunk' | 'join';
  /** Number of the chunk; 0 for any other part. */
  chunk: number;
  /** Tasks that may work on the job at once: of `whole` once it is split, of `chunk` now. */
  tasks: number;
}

/** Environment of a task program that says which part it does. */
export interface PartEnvironment {
  PART?: string;
  CHUNK?: string;
  CHUNK_TASKS?: string;
}

const UNSPLIT: TaskPart = { name: 'unsplit', chunk: 0, tasks: 1 };

/** Returns which part a task does. Throws `InvalidConfiguration` if the environment says none. */
export function readTaskPart(environment: PartEnvironment & NodeJS.ProcessEnv): TaskPart {
  const { PART: name, CHUNK, CHUNK_TASKS } = environment;
  switch (name) {
    case undefined:
    case '':
    case 'unsplit':
      return UNSPLIT;
    case 'whole':
      return { ...UNSPLIT, name, tasks: readConfig(environment, PART_SETTINGS).MAX_VIDEO_CHUNK_TASKS };
    case 'join':
      return { ...UNSPLIT, name };
    case 'chunk':
      return {
        name,
        chunk: wholeNumber({ CHUNK }, 0, Number.MAX_SAFE_INTEGER),
        tasks: wholeNumber({ CHUNK_TASKS }, 1, MAX_CHUNK_TASKS),
      };
    default:
      throw invalid('whole, unsplit, chunk or join in PART', name);
  }
}

function wholeNumber(variable: Record<string, string | undefined>, min: number, max: number): number {
  const [[name, text] = ['', undefined]] = Object.entries(variable);
  const number = Number(text);
  if (/^\d+$/.test(text ?? '') && number >= min && number <= max) return number;
  throw invalid(`a whole number from ${min} to ${max} in ${name}`, text);
}

const invalid = (expected: string, got: string | undefined) =>
  new MediaError(
    'InvalidConfiguration',
    `Expected ${expected}, got ${got ? JSON.stringify(got.slice(0, 100)) : 'nothing'}.`,
  );
