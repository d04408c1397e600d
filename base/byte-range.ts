/** Bytes of a file or an object; `end` is exclusive. */
export interface ByteRange {
  start: number;
  end: number;
}
