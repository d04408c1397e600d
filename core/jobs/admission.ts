import type { WorkOrder } from '../../contract/work-order.ts';

/** Output of the state AdmitUpload. */
export interface Admission {
  /** IGNORED: not an upload. */
  admission: 'ADMITTED' | 'DUPLICATE' | 'IGNORED';
  /** Work order if ADMITTED, otherwise only the job id. */
  job: WorkOrder | { jobId: string | null };
}
