import type { MediaKind } from '../media/kinds/media-kind.ts';

/** Tasks at once, of all tenants and of each. */
export interface SlotLimits {
  limit: number;
  share: number;
}

/** What a job needs to take a slot: the item that counts those of its kind, and the attribute in it that counts its tenant's. */
export interface SlotRequest extends SlotLimits {
  id: string;
  tenant: string;
}

/** What the state machine hands to a work state: enough to process without another read of the row. */
export interface WorkOrder {
  jobId: string;
  executionArn: string;
  tenantId: string;
  userId: string;
  bucket: string;
  key: string;
  versionId: string | null;
  etag: string;
  size: number;
  kind: MediaKind;
  contentType: string;
  /** An Office document: the state machine has a PDF made of it first. */
  convert: boolean;
  stem: string;
  /** Time that a Fargate task may take. */
  timeoutSeconds: number;
  /** Where the job's work is a Fargate task. */
  slot?: SlotRequest;
}

/** What a work state hands back; `CompleteJob` writes it to the row. */
export interface WorkResult {
  manifestKey: string;
  outputCount: number;
  /** What the upload turned out to be: a video without pictures is AUDIO. */
  kind: MediaKind;
  degraded: string[];
}
