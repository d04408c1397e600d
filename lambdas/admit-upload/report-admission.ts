import type { TaskTokens } from '../../core/aws/task-tokens.ts';
import type { Admission } from '../../core/jobs/admission.ts';
import type { AdmitUploadInput } from './admit-upload.ts';

/**
 * Reports an admission to the state, which waits for its token, unless the job waits in line.
 * Returns what the event TaskSubmitted of the execution's history shows.
 */
export async function reportAdmission(
  tokens: TaskTokens,
  { taskToken }: AdmitUploadInput,
  admission: Admission | undefined,
): Promise<{ admission: Admission['admission'] | 'WAITING_FOR_SLOT' }> {
  if (!admission) return { admission: 'WAITING_FOR_SLOT' };
  await tokens.succeed(taskToken, admission);
  return { admission: admission.admission };
}
