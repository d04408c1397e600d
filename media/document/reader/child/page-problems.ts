import { LIMITS } from '../../limits.ts';

/**
 * pdf.js draws what it can and only warns about the rest, on the console. So that its silence is never taken for success, these say in our
 * words what the reader of the outputs loses. Warnings that lose nothing are not in the table.
 */
const LOSSES: readonly { warning: RegExp; loss: string }[] = [
  {
    warning: /Image exceeded maximum allowed size/,
    loss: `an image of more than ${LIMITS.imagePixels / 1_000_000} million pixels was left out`,
  },
  {
    warning:
      /Unable to decode image|ignoring the rest of the image data|Image dimensions are missing|Unsupported \/(?:SMask|Mask)|image stream: .* marker not found/,
    loss: 'an image could not be decoded',
  },
  { warning: /without finding an EOI marker/, loss: 'an image is cut off' },
  { warning: /Dependent image isn't ready|No WASM|getJsInstance/, loss: 'an image could not be decoded' },
  {
    warning:
      /Font ".*" is not available|loadFont - |translateFont - |Failed to (?:parse|compile) font|Font file is empty|buildFontPaths|getPathGenerator/,
    loss: 'a font could not be read, so characters may be missing',
  },
  { warning: /Filter ".*" is not supported/, loss: 'data in an unknown encoding was left out' },
  {
    warning:
      /ignoring errors during|ignoring (?:XObject|Shading|ExtGState|shading|pattern|sub-stream|operator|annotation data|textContent)|Skipping command|Skipping \d|Unknown command|Invalid stream/,
    loss: 'part of the content is damaged and was left out',
  },
];
const REPAIR = /Indexing all PDF objects/;
/** Different problems of one page that are kept. */
const MAX_PROBLEMS = 20;

const found = new Set<string>();
let repaired = false;

export function addProblem(problem: string): void {
  if (found.size < MAX_PROBLEMS) found.add(problem);
}

/** Gives what was noted since the last call, and forgets it. */
export function takeProblems(): string[] {
  const problems = [...found];
  found.clear();
  return problems;
}

/** Whether pdf.js had to rebuild the file's index. */
export const wasRepaired = () => repaired;

/** Takes over the console of this process, where pdf.js prints its warnings. */
export function listenToWarnings(): void {
  console.warn = (...parts: unknown[]) => {
    const text = parts.join(' ');
    repaired ||= REPAIR.test(text);
    const loss = LOSSES.find(({ warning }) => warning.test(text))?.loss;
    if (loss) addProblem(loss);
  };
  // pdf.js prints on these too; the parent reads nothing there.
  console.log = console.info = () => {};
}
