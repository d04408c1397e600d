import type { JobSummary } from '../../../contract/job-api.ts';

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
