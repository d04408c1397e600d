import * as z from 'zod';
import type { ApiDeps } from '../api-deps.ts';
import { LINK_SECONDS, sizeOfPart } from './upload-plan.ts';
import type { UploadTicket } from './upload-ticket.ts';

export const PART_LINK = z
  .object({
    partNumber: z.number().int(),
    size: z.number().int().describe('Bytes; exactly so many.'),
    url: z.url(),
  })
  .meta({ id: 'PartLink' });

export function partLinks(
  { presigned, config }: ApiDeps,
  { key, uploadId, size }: UploadTicket,
  partNumbers: readonly number[],
): Promise<z.output<typeof PART_LINK>[]> {
  const target = { bucket: config.MEDIA_BUCKET, key };
  return Promise.all(
    partNumbers.map(async (partNumber) => {
      const part = { partNumber, size: sizeOfPart(size, partNumber) };
      return { ...part, url: await presigned.part(target, uploadId, { ...part, seconds: LINK_SECONDS }) };
    }),
  );
}

export const linksExpireAt = (now: Date) => new Date(now.getTime() + LINK_SECONDS * 1000).toISOString();
