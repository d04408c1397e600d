import type { TaskSize } from '../resources.ts';

/**
 * Size of a task in RunTask's `overrides`, as strings:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
 */
export interface SizeOverrides {
  cpu?: string | undefined;
  memory?: string | undefined;
}

/** Least and most memory in MiB for each number of CPU units, and the step between. */
const OFFERED: Readonly<Record<number, readonly [least: number, most: number, step: number]>> = {
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};
const SMALLEST = { cpu: 256, memory: [512, 1024, 2048] };

/** Size of a task definition that names none: the least of Fargate. */
export const SMALLEST_SIZE: TaskSize = { cpu: SMALLEST.cpu, memory: 512, storage: 20 };

/**
 * Returns the size of a task. An override replaces the definition's value and may exceed it, as long
 * as Fargate offers the combination: https://github.com/dagster-io/dagster/pull/6836. Throws what ECS
 * answers otherwise: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
export function sizeOf(definition: TaskSize, overrides: SizeOverrides): TaskSize {
  const { cpu, memory } = overrides;
  const size = {
    cpu: cpu === undefined ? definition.cpu : Number(cpu),
    memory: memory === undefined ? definition.memory : Number(memory),
    storage: definition.storage,
  };
  if (!isOffered(size)) throw new Error('No Fargate configuration exists for given values.');
  return size;
}

function isOffered({ cpu, memory }: TaskSize): boolean {
  if (cpu === SMALLEST.cpu) return SMALLEST.memory.includes(memory);
  const [least, most, step] = OFFERED[cpu] ?? [0, -1, 1];
  return memory >= least && memory <= most && memory % step === 0;
}
