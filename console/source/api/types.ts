import type * as z from 'zod';
import type * as schemas from '../../../lambdas/serve-api/schemas.ts';
import type { STATISTICS } from '../../../lambdas/serve-api/statistics-schema.ts';

/** What the API answers: types of the very schemas that it checks and documents with. Nothing of them is in the bundle. */
export type Job = z.infer<typeof schemas.JOB>;
export type JobSummary = z.infer<typeof schemas.JOB_SUMMARY>;
export type JobError = z.infer<typeof schemas.JOB_ERROR>;
export type Output = z.infer<typeof schemas.OUTPUT>;
export type Status = z.infer<typeof schemas.STATUS>;
export type Kind = z.infer<typeof schemas.KIND>;
export type Category = z.infer<typeof schemas.CATEGORY>;
export type Statistics = z.infer<typeof STATISTICS>;
export type Group = Statistics['total'];

export interface JobPage {
  jobs: JobSummary[];
  nextCursor?: string;
}

export interface RedriveResult {
  jobId: string | null;
  outcome: 'redriven' | 'restarted' | 'refused' | 'dropped';
  reason: string;
}

export interface RedriveAnswer {
  dryRun: boolean;
  results: RedriveResult[];
  nextCursor?: string;
}

export interface PartLink {
  partNumber: number;
  size: number;
  url: string;
}

export interface ArrivedPart {
  partNumber: number;
  size: number;
  etag: string;
}

export interface UnfinishedUpload {
  key: string;
  size: number;
  partSize: number;
  partCount: number;
  parts: ArrivedPart[];
}

export type UploadLinks = { key: string; expiresAt: string } & (
  | { method: 'POST'; url: string; fields: Record<string, string> }
  | { method: 'MULTIPART'; uploadId: string; partSize: number; partCount: number; parts: PartLink[] }
);

export const STATUSES: readonly Status[] = ['PROCESSING', 'COMPLETED', 'REJECTED', 'FAILED', 'CANCELLED'];
export const KINDS: readonly Kind[] = ['IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'];
export const CATEGORIES: readonly Category[] = ['transient', 'processing', 'configuration', 'resource'];
