import type { Readable } from 'node:stream';

/** What the child says of the picture that it decoded; its pixels follow. */
export interface HeicPicture {
  width: number;
  height: number;
  channels: 3 | 4;
  /** Numbers of ITU-T H.273, where the file gives them. */
  nclx?: { primaries: number; transfer: number };
}

/** An error of libheif, by its own numbers. */
export interface HeifProblem {
  code: number;
  subcode: number;
  message: string;
}

export type HeicFinding = { picture: HeicPicture } | { problem: HeifProblem };

/** First line of the child (decode-heic-child.ts): from then on whatever goes wrong is the picture's doing. */
export const READY = 'ready';

export interface HeicAnswer {
  ready: boolean;
  finding?: HeicFinding;
  complete: boolean;
}

/** The second line is far shorter. */
const MAX_LINES = 4096;
const NEWLINE = 10;

/**
 * Reads what the child writes: `ready`, a `HeicFinding` as JSON, each in a line, and the pixels, into the room that `roomFor` makes for
 * them (or throws, and nothing more is read). Ends with the stream, whatever has come by then.
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
    if (pixels.length > room.length - filled) throw new Error('The HEIC decoder sent too much');
    filled += pixels.copy(room, filled);
    answer.complete = filled === room.length;
  }
  return answer;
}
