import * as z from 'zod';
import { describeIssues } from '../../base/describe-issues.ts';
import { MediaError } from '../../base/errors.ts';
import { AUDIO_PROFILE } from './audio-profile.ts';
import { DOCUMENT_PROFILE } from './document-profile.ts';
import { IMAGE_PROFILE } from './image-output.ts';
import { longList } from './long-list.ts';
import { VIDEO_PROFILE } from './video-profile.ts';

/** What is made of an upload, by its kind (docs/adr/0026). */
export const PROFILE = z
  .strictObject({
    $schema: z.string().max(1000).optional().describe('For editors.'),
    title: z.string().min(1).max(100).describe('For human readers.'),
    image: IMAGE_PROFILE.describe('Outputs of an image.'),
    video: VIDEO_PROFILE.describe('Outputs of a video.'),
    audio: AUDIO_PROFILE.describe('Outputs of a recording.'),
    document: DOCUMENT_PROFILE.describe('Outputs of a document.'),
  })
  .meta({ title: 'Profile', description: 'What is made of an upload, by its kind.' });

export type Profile = z.output<typeof PROFILE>;

/** Parses a profile. Throws `InvalidConfiguration`, which names the fields. */
export function parseProfile(profile: unknown): Profile {
  const long = longList(profile);
  const parsed = long ? undefined : PROFILE.safeParse(profile);
  if (parsed?.success) return parsed.data;
  const problems = parsed ? describeIssues(parsed.error, profile) : long;
  throw new MediaError('InvalidConfiguration', `Expected a profile; ${problems}.`);
}
