interface Selection {
  prefix?: string | undefined;
  delimiter?: string | undefined;
  /** Returns true for names after the marker of the page. */
  isAfter: (name: string) => boolean;
}

/** Key, or the common prefix of several keys. */
export interface ListedName {
  name: string;
  isPrefix: boolean;
}

/** Selects the keys of a listing and groups them by the delimiter, in S3's order of UTF-8 bytes. */
export function listNames(
  keys: Iterable<string>,
  { prefix = '', delimiter, isAfter }: Selection,
): ListedName[] {
  const names = new Map<string, ListedName>();
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const name = end < 0 ? key : key.slice(0, end + (delimiter?.length ?? 0));
    if (isAfter(name)) names.set(name, { name, isPrefix: end >= 0 });
  }
  return [...names.values()].sort((a, b) => compareKeys(a.name, b.name));
}

/** Compares by UTF-8 bytes without encoding: only surrogates differ from the order of UTF-16. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit < 0xe000;
const rank = (unit: number) => (isSurrogate(unit) ? unit + 0x1_0000 : unit);
