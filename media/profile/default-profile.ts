import document from '../../profiles/default.json' with { type: 'json' };
import { parseProfile } from './profile.ts';

/** The profile that ships with the code, as written. */
export const DEFAULT_DOCUMENT: unknown = document;
/** What is made of an upload, unless another profile is chosen. */
export const DEFAULT_PROFILE = parseProfile(document);
