import * as z from 'zod';
import { checkDocument, type ProfileProblem } from '../../../contract/profiles/profile-check.ts';

// It would compile code at run time, which the content security policy forbids.
z.config({ jitless: true });

export interface CheckedText {
  /** Undefined where the text is no JSON. */
  document?: unknown;
  /** Empty: the API may still refuse what is beyond the operator's bounds. */
  problems: readonly ProfileProblem[];
}

/** Checks what somebody is typing, with the schema of the API. */
export function checkText(text: string): CheckedText {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { problems: [{ at: '', detail: `expected JSON: ${(error as Error).message}` }] };
  }
  return { document, problems: checkDocument(document).problems };
}
