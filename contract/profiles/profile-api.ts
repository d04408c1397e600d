import * as z from 'zod';
import { PROFILE } from '../../media/profile/profile.ts';
import { IDENTIFIER, PROFILE_NAME } from '../values.ts';

/** Requests and responses for profiles: what is made of uploads (docs/profiles.md). */

export const PROFILE_PARAMS = z.strictObject({ name: PROFILE_NAME });

/** Each is in the row that every admission reads. */
const MAX_TENANTS = 1000;
const TENANTS = z.array(IDENTIFIER).max(MAX_TENANTS);

export const PROFILE_REQUEST = z
  .strictObject({
    document: PROFILE,
    tenants: z
      .union([z.literal('*'), TENANTS])
      .optional()
      .describe(
        'Tenants whose uploads may name the profile; `*`: all. Default: as before, of a new profile all.',
      ),
    defaultFor: TENANTS.optional().describe(
      'Tenants whose uploads get it unless they name another. They may use it, and have no other such profile. Default: as before, of a new profile none.',
    ),
    replaces: z
      .string()
      .nullable()
      .optional()
      .describe(
        '`revision` of the profile that was edited; null: of a new one. 409 if it is another by now. Default: whatever is there.',
      ),
  })
  .meta({ id: 'ProfileRequest' });

/** Where a profile comes from. */
const PROFILE_SOURCES = ['code', 'terraform', 'api'] as const;

const FIELDS = {
  name: PROFILE_NAME,
  title: z.string(),
  hash: z.string().describe('SHA-256 of the document. A job keeps the one that it was admitted with.'),
  tenants: z
    .union([z.literal('*'), z.array(z.string())])
    .optional()
    .describe('For operators only.'),
  defaultFor: z.array(z.string()).optional().describe('For operators only.'),
  isDefault: z.boolean().describe('Whether uploads of the caller get it unless they name another.'),
  updatedAt: z.iso.datetime().optional(),
  updatedBy: z.string().optional().describe('For operators only.'),
  source: z
    .enum(PROFILE_SOURCES)
    .optional()
    .describe(
      'For operators only. code: ships with it. terraform: changed there alone. api: by operators, through this API.',
    ),
  revision: z
    .string()
    .optional()
    .describe('Of a profile whose source is api, for operators: changes with the profile and its users.'),
  problem: z
    .string()
    .optional()
    .describe(
      'Why uploads that get the profile fail: Terraform deployed a document that is none. For operators only.',
    ),
};

const PROFILE_SUMMARY = z.object(FIELDS).meta({ id: 'ProfileSummary' });
export type ProfileSummary = z.infer<typeof PROFILE_SUMMARY>;

export const PROFILE_LIST = z
  .object({
    profiles: z.array(PROFILE_SUMMARY).describe('By name; `default`, which ships with the code, first.'),
  })
  .meta({ id: 'ProfileList' });
export type ProfileList = z.infer<typeof PROFILE_LIST>;

export const PROFILE_DETAIL = z
  .object({ ...FIELDS, document: z.unknown().describe('As it is stored, with its defaults filled in.') })
  .meta({ id: 'ProfileDetail' });
export type ProfileDetail = z.infer<typeof PROFILE_DETAIL>;
