export interface Marks {
  /** Tracked changes: of Word, or of OpenDocument. */
  revised: boolean;
  /** Other files that stand for a part of a Word document. */
  chunked: boolean;
}

/** Elements whose names no other vocabulary has in the parts of these formats. */
const REVISED = [
  '<w:ins ',
  '<w:del ',
  '<w:moveFrom ',
  '<w:moveTo ',
  '<w:ins>',
  '<w:del>',
  '<text:tracked-changes',
];
const CHUNKED = ['<w:altChunk'];
/** Longest of them, less one. */
const CARRY = 24;

/**
 * Looks for elements in XML chunk by chunk, in the prefixes that every known writer uses. A document
 * with others is shown with its changes marked.
 */
export function markScanner() {
  const found: Marks = { revised: false, chunked: false };
  let carry: Buffer = Buffer.alloc(0);
  return {
    found,
    scan(chunk: Buffer): void {
      const seam = Buffer.concat([carry, chunk.subarray(0, CARRY)]);
      const has = (marks: readonly string[]) =>
        marks.some((mark) => chunk.includes(mark) || seam.includes(mark));
      found.revised ||= has(REVISED);
      found.chunked ||= has(CHUNKED);
      carry = chunk.subarray(-CARRY);
    },
  };
}
