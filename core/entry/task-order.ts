import { readFile } from 'node:fs/promises';
import { MediaError } from '../../base/errors.ts';
import { parseWorkOrder, type WorkOrder } from '../../contract/work-order.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { workOrderOf } from '../jobs/work-order.ts';

/** Environment of a task program that says what to work on. */
export interface OrderEnvironment {
  /** Job and execution whose work order is read from the job's row. */
  JOB_ID?: string;
  EXECUTION_ARN?: string;
  /**
   * Work order as JSON, or `@file`: from a person, or from an execution of a state machine that
   * still passed it.
   */
  WORK_ORDER?: string;
}

/**
 * Returns the work order of a task. The state machine passes a reference only: RunTask allows 8,192
 * characters of overrides, and a key of 1,024 bytes can have nearly as many once it is escaped as
 * JSON in JSON. Throws `Superseded` if the execution no longer owns the job, `InvalidConfiguration`
 * if there is no work order.
 */
export async function readTaskOrder(
  jobs: JobStore,
  { JOB_ID, EXECUTION_ARN, WORK_ORDER }: OrderEnvironment,
): Promise<WorkOrder> {
  if (WORK_ORDER || !JOB_ID) return orderOfText(WORK_ORDER ?? '');
  const job = await jobs.get(JOB_ID);
  if (!job || job.executionArn !== EXECUTION_ARN)
    throw new MediaError('Superseded', `Another execution took over job ${JOB_ID}, or its row has expired.`);
  const order = workOrderOf(job);
  if (order) return order;
  throw new MediaError(
    'InvalidConfiguration',
    `Expected a work order in the row of job ${JOB_ID}, got none.`,
  );
}

async function orderOfText(text: string): Promise<WorkOrder> {
  return parseWorkOrder(parseJson(text.startsWith('@') ? await readFile(text.slice(1), 'utf8') : text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = text ? text.slice(0, 100) : 'nothing';
    const message = `Expected the work order as JSON in WORK_ORDER (or @file), or JOB_ID and EXECUTION_ARN, got ${got}.`;
    throw new MediaError('InvalidConfiguration', message, { cause });
  }
}
