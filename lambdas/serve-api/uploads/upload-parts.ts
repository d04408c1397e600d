import type { PartLink } from '../../../contract/upload-api.ts';
import type { ApiDeps } from '../api-deps.ts';
import { LINK_SECONDS, sizeOfPart } from './upload-plan.ts';
import type { UploadTicket } from './upload-ticket.ts';

export function partLinks(
  { presigned, config }: ApiDeps,
  { key, uploadId, size }: UploadTicket,
  partNumbers: readonly number[],
): Promise<PartLink[]> {
  const target = { bucket: config.MEDIA_BUCKET, key };
  return Promise.all(
    partNumbers.map(async (partNumber) => {
      const part = { partNumber, size: sizeOfPart(size, partNumber) };
      return { ...part, url: await presigned.part(target, uploadId, { ...part, seconds: LINK_SECONDS }) };
    }),
  );
}

export const linksExpireAt = (now: Date) => new Date(now.getTime() + LINK_SECONDS * 1000).toISOString();
