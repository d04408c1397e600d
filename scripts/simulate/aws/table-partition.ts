import { LIMITS } from '../../../local/limits.ts';

export type Item = Readonly<Record<string, unknown>>;

export interface Stored {
  sk: string;
  item: Item;
  bytes: number;
}

/** Bytes of the answer after which a Query ends a page. */
const PAGE_BYTES = 1024 * 1024;

/** Items with one partition key, sorted, and the units that they used within the present second. */
export class TablePartition {
  private readonly stored: Stored[] = [];
  private second = 0;
  private written = 0;
  private read = 0;

  /** Index of the first item whose sort key is `sk` or later. */
  private lowerBound(sk: string): number {
    const { stored } = this;
    let [low, high] = [0, stored.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((stored[middle] as Stored).sk < sk) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get(sk: string): Stored | undefined {
    const found = this.stored[this.lowerBound(sk)];
    return found?.sk === sk ? found : undefined;
  }

  put(sk: string, item: Item): Stored {
    const at = this.lowerBound(sk);
    const entry: Stored = { sk, item, bytes: sizeOf(item) };
    this.stored.splice(at, this.stored[at]?.sk === sk ? 1 : 0, entry);
    return entry;
  }

  delete(sk: string): void {
    const at = this.lowerBound(sk);
    if (this.stored[at]?.sk === sk) this.stored.splice(at, 1);
  }

  /** Items from a sort key on. */
  *from(sk: string): Generator<Stored> {
    for (let at = this.lowerBound(sk); at < this.stored.length; at++) yield this.stored[at] as Stored;
  }

  /** Reads one page. `last`: sort key to go on after, if there may be more. */
  page(prefix: string, after: string | undefined, limit = Number.POSITIVE_INFINITY) {
    const items: Item[] = [];
    let bytes = 0;
    let at = after === undefined ? this.lowerBound(prefix) : this.lowerBound(`${after}\u0000`);
    for (; at < this.stored.length; at++) {
      const { sk, item, bytes: size } = this.stored[at] as Stored;
      if (!sk.startsWith(prefix)) break;
      if (items.length === limit || bytes + size > PAGE_BYTES)
        return { items, bytes, last: this.stored[at - 1]?.sk };
      items.push(item);
      bytes += size;
    }
    return { items, bytes, last: items.length === limit ? this.stored[at - 1]?.sk : undefined };
  }

  /** Returns whether DynamoDB still serves the partition key in this second. */
  admits(kind: 'read' | 'write', now: number): boolean {
    const second = Math.floor(now / 1000);
    if (second !== this.second) [this.second, this.written, this.read] = [second, 0, 0];
    return kind === 'write'
      ? this.written < LIMITS.itemWriteUnitsPerSecond
      : this.read < LIMITS.itemReadUnitsPerSecond;
  }

  use(kind: 'read' | 'write', units: number): void {
    if (kind === 'write') this.written += units;
    else this.read += units;
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (typeof value !== 'object' || value === null) return 1;
  let bytes = 0;
  for (const [name, part] of Object.entries(value))
    if (part !== undefined)
      bytes += name.length + (typeof part === 'object' && part !== null ? 3 : 0) + sizeOf(part);
  return bytes;
}
