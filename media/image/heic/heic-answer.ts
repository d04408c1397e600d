import type { Readable } from 'node:stream';

/** Header that the child sends for the decoded image; the pixels follow. */
export interface HeicPicture {
  width: number;
  height: number;
  channels: 3 | 4;
  /** Code points of ITU-T H.273, if the file has them. */
  nclx?: { primaries: number; transfer: number };
}

/** An error from libheif, with its own codes. */
export interface HeifProblem {
  code: number;
  subcode: number;
  message: string;
}

export type HeicFinding = { picture: HeicPicture } | { problem: HeifProblem };

/**
 * First line of output from the child (decode-heic-child.ts). Any failure after it is caused by the
 * image.
 */
export const READY = 'ready';

export interface HeicAnswer {
  ready: boolean;
  finding?: HeicFinding;
  complete: boolean;
}

/** The second line is far shorter than this. */
const MAX_LINES = 4096;
const NEWLINE = 10;

/**
 * Reads the child's output: a line with `ready`, a line with a `HeicFinding` as JSON, then the
 * pixels, into the buffer that `roomFor` returns (if it throws, nothing more is read). Returns at
 * the end of the stream, however much has arrived.
 */
export async function readAnswer(
  stream: Readable,
  roomFor: (picture: HeicPicture) => Buffer,
): Promise<HeicAnswer> {
  const answer: HeicAnswer = { ready: false, complete: false };
  let text: Buffer = Buffer.alloc(0);
  let room: Buffer | undefined;
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let pixels = chunk;
    if (!room) {
      text = Buffer.concat([text, chunk]);
      const first = text.indexOf(NEWLINE);
      answer.ready ||= first !== -1 && text.toString('utf8', 0, first) === READY;
      const second = first === -1 ? -1 : text.indexOf(NEWLINE, first + 1);
      if (second === -1 && text.length < MAX_LINES) continue;
      answer.finding = JSON.parse(text.toString('utf8', first + 1, second)) as HeicFinding;
      if (!('picture' in answer.finding)) continue;
      room = roomFor(answer.finding.picture);
      pixels = text.subarray(second + 1);
    }
    if (pixels.length > room.length - filled) throw new Error('The HEIC decoder sent too many bytes');
    filled += pixels.copy(room, filled);
    answer.complete = filled === room.length;
  }
  return answer;
}
