import * as z from 'zod';

export const THUMBNAIL = z
  .object({
    url: z.url(),
    contentType: z.string(),
    width: z.number().int().optional(),
    height: z.number().int().optional(),
    expiresAt: z.iso.datetime().describe('End of the validity of the link, unless it is revoked before.'),
  })
  .meta({ id: 'Thumbnail', description: 'The smallest picture of an upload among the outputs of its job.' });
export type Thumbnail = z.infer<typeof THUMBNAIL>;
