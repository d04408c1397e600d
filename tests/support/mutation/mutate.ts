import type { Random } from '../random.ts';

export interface MutationSource {
  name: string;
  /** Under which it is uploaded. */
  extension: string;
  bytes: Buffer;
  /** Makes the file, if what is damaged is only a part inside it. */
  pack?: (part: Buffer) => Buffer;
}

export interface Mutation {
  /** What was done to which file, for a report. */
  how: string;
  bytes: Buffer;
  /** The end of the file is missing and nothing else was changed, as after a lost connection. */
  isCut: boolean;
}

type Edit = (source: MutationSource, random: Random, sources: readonly MutationSource[]) => Mutation;

/** Longest piece that is changed, moved or removed, in bytes. */
const MAX_PIECE = 500;
/** Headers are in the first bytes of most formats: half of all changes are made there. */
const HEADER_BYTES = 600;

/** What happens to files on the way: a lost connection, a bad disk, a bad program. */
const EDITS: readonly Edit[] = [
  cut,
  cut,
  ({ bytes }, random) => {
    const bits = Array.from({ length: 1 + random.below(8) }, () => [place(bytes, random), random.below(8)]);
    const how = `bits flipped at ${bits.map(([at]) => at).join(', ')}`;
    return changed(bytes, how, (copy) => {
      for (const [at = 0, bit = 0] of bits) copy[at] = (copy[at] ?? 0) ^ (1 << bit);
    });
  },
  ({ bytes }, random) => {
    const [from, to] = piece(bytes, random);
    return changed(bytes, `${from}–${to} overwritten with noise`, (copy) => {
      for (let at = from; at < to; at++) copy[at] = random.below(256);
    });
  },
  ({ bytes }, random) => {
    const [from, to] = piece(bytes, random);
    const value = random.chance(0.5) ? 0 : 255;
    return changed(bytes, `${from}–${to} filled with ${value}`, (copy) => copy.fill(value, from, to));
  },
  ({ bytes }, random) => {
    const from = random.below(bytes.length);
    return changed(bytes, `blank from ${from} of ${bytes.length}`, (copy) => copy.fill(0, from));
  },
  ({ bytes }, random) => {
    const [from, to] = piece(bytes, random);
    const parts = [bytes.subarray(0, from), bytes.subarray(to)];
    return { how: `${from}–${to} removed`, bytes: Buffer.concat(parts), isCut: false };
  },
  ({ bytes }, random) => {
    const at = place(bytes, random);
    const [from, to] = piece(bytes, random);
    const parts = [bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at)];
    return { how: `${from}–${to} repeated at ${at}`, bytes: Buffer.concat(parts), isCut: false };
  },
  (source, random, sources) => {
    const { bytes } = source;
    const other = random.pick(sources) ?? source;
    const [at, from] = [place(bytes, random), random.below(other.bytes.length)];
    const parts = [bytes.subarray(0, at), other.bytes.subarray(from)];
    return { how: `${other.name} from ${from} after ${at}`, bytes: Buffer.concat(parts), isCut: false };
  },
];

/** Damages a file in one of the ways; 1 in 200 is empty. */
export function mutate(
  source: MutationSource,
  random: Random,
  sources: readonly MutationSource[] = [source],
): Mutation {
  if (random.chance(1 / 200)) return { how: 'empty', bytes: Buffer.alloc(0), isCut: true };
  return (random.pick(EDITS) ?? cut)(source, random, sources);
}

/** The end is lost: anywhere, or only the last bytes, where decoders notice least. */
function cut({ bytes }: MutationSource, random: Random): Mutation {
  const lost = 1 + random.below(random.chance(0.3) ? Math.min(200, bytes.length) : bytes.length);
  const kept = bytes.subarray(0, bytes.length - lost);
  return { how: `cut to ${kept.length} of ${bytes.length}`, bytes: Buffer.from(kept), isCut: true };
}

function changed(bytes: Buffer, how: string, edit: (copy: Buffer) => unknown): Mutation {
  const copy = Buffer.from(bytes);
  edit(copy);
  return { how, bytes: copy, isCut: false };
}

function place(bytes: Buffer, random: Random): number {
  return random.below(random.chance(0.5) ? bytes.length : Math.min(bytes.length, HEADER_BYTES));
}

function piece(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = place(bytes, random);
  return [from, Math.min(bytes.length, from + 1 + random.below(MAX_PIECE))];
}
