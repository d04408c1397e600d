import { LIMITS } from '../../limits.ts';

/**
 * Maps pdf.js's warnings to problems in our words. pdf.js draws what it can and only warns on the
 * console about the rest. Warnings without a loss for the reader are not in the table.
 */
const LOSSES: readonly { warning: RegExp; loss: string }[] = [
  {
    warning: /Image exceeded maximum allowed size/,
    loss: `an image of more than ${LIMITS.imagePixels / 1_000_000} million pixels was omitted`,
  },
  {
    warning:
      /Unable to decode image|ignoring the rest of the image data|Image dimensions are missing|Unsupported \/(?:SMask|Mask)|image stream: .* marker not found/,
    loss: 'an image could not be decoded',
  },
  { warning: /without finding an EOI marker/, loss: 'an image is truncated' },
  { warning: /Dependent image isn't ready|No WASM|getJsInstance/, loss: 'an image could not be decoded' },
  {
    warning:
      /Font ".*" is not available|loadFont - |translateFont - |Failed to (?:parse|compile) font|Font file is empty|buildFontPaths|getPathGenerator/,
    loss: 'a font could not be read, so characters may be missing',
  },
  { warning: /Filter ".*" is not supported/, loss: 'data with an unsupported filter was omitted' },
  {
    warning:
      /ignoring errors during|ignoring (?:XObject|Shading|ExtGState|shading|pattern|sub-stream|operator|annotation data|textContent)|Skipping command|Skipping \d|Unknown command|Invalid stream/,
    loss: 'part of the content is damaged and was omitted',
  },
];
const REPAIR = /Indexing all PDF objects/;
/** Maximum number of distinct problems recorded per page. */
const MAX_PROBLEMS = 20;

const found = new Set<string>();
let repaired = false;

export function addProblem(problem: string): void {
  if (found.size < MAX_PROBLEMS) found.add(problem);
}

/** Returns the problems recorded since the last call, and clears them. */
export function takeProblems(): string[] {
  const problems = [...found];
  found.clear();
  return problems;
}

/** Returns true if pdf.js had to rebuild the file's index. */
export const wasRepaired = () => repaired;

/** Intercepts this process's console, where pdf.js prints its warnings. */
export function listenToWarnings(): void {
  console.warn = (...parts: unknown[]) => {
    const text = parts.join(' ');
    repaired ||= REPAIR.test(text);
    const loss = LOSSES.find(({ warning }) => warning.test(text))?.loss;
    if (loss) addProblem(loss);
  };
  // pdf.js also prints here; the parent does not read it.
  console.log = console.info = () => {};
}
