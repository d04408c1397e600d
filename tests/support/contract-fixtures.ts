import { readFileSync } from 'node:fs';
import type { DeadLetter } from '../../contract/dead-letter.ts';
import type { DocumentOrder } from '../../contract/work-order.ts';
import type { Job } from '../../core/jobs/job.ts';

const read = (name: string) => JSON.parse(readFileSync(`tests/fixtures/contract/${name}.json`, 'utf8'));

type Worker =
  | 'process-image'
  | 'transcode-audio'
  | 'transcode-video'
  | 'convert-office-document'
  | 'process-document';

// What earlier code wrote (tests/fixtures/contract/README.md).
export const oldWorkOrders: Record<Worker, DocumentOrder> = read('old-work-orders');
export const oldJobRows: Record<string, Job> = read('old-job-rows');
export const oldDeadLetters: Omit<DeadLetter, 'version'>[] = read('old-dead-letters');
