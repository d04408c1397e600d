import type { OutputName } from '../../kinds/outputs.ts';
import type { DocumentProfile } from '../../profile/document-profile.ts';

/** Returns true for a text that a profile asks for. All are made, since facts of the document come from them. */
export const isWanted = (name: OutputName, { text, markdown }: DocumentProfile): boolean =>
  name === 'markdown.md' ? markdown : text;
