import document from '../../profiles/default.json' with { type: 'json' };
import { parseProfile } from './profile.ts';

/** What is made of every upload. */
export const DEFAULT_PROFILE = parseProfile(document);
