export interface DictEntry {
  /** Where the value stands in the file: first byte, and the one behind the last. */
  from: number;
  to: number;
  /** Strings without their notation, one character a byte; other values as written. */
  value: string;
}

const SPACE = /(?:\s|\0|%[^\r\n]*)*/y;
const TOKEN = /<<|>>|\/[^\s\0<>[\](){}/%]*|<[\da-fA-F\s]*>|[[\]]|[^\s\0<>[\](){}/%]+/y;
/** Far above any dictionary that is asked for. */
const MAX_TOKENS = 1000;

/**
 * Reads the dictionary whose `<<` stands at `start`: the entries of its own whose values are one
 * token, by name. Returns undefined if there is none, or it does not end.
 */
export function dictEntries(text: string, start: number): Map<string, DictEntry> | undefined {
  const entries = new Map<string, DictEntry>();
  let [at, depth, name] = [start, 0, ''];
  for (let tokens = 0; tokens < MAX_TOKENS; tokens++) {
    const token = tokenAt(text, at);
    if (!token || (depth === 0 && token.value !== '<<')) return undefined;
    at = token.to;
    const written = text.slice(token.from, token.to);
    if (written === '<<' || written === '[') depth++;
    else if (written === '>>' || written === ']') {
      if (--depth === 0) return entries;
    } else if (depth === 1 && !name && written.startsWith('/')) {
      name = written.slice(1);
      continue;
    } else if (depth === 1 && name) entries.set(name, token);
    if (depth === 1) name = '';
  }
  return undefined;
}

function tokenAt(text: string, start: number): DictEntry | undefined {
  SPACE.lastIndex = start;
  const from = start + (SPACE.exec(text)?.[0].length ?? 0);
  if (text[from] === '(') return literalString(text, from);
  TOKEN.lastIndex = from;
  const [written = ''] = TOKEN.exec(text) ?? [];
  if (!written) return undefined;
  const value = /^<[^<]/.test(written)
    ? Buffer.from(written.replaceAll(/[<>\s]/g, '').replace(/^(?:..)*.$/, '$&0'), 'hex').toString('latin1')
    : written;
  return { from, to: from + written.length, value };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** ISO 32000-2, 7.3.4.2. */
function literalString(text: string, from: number): DictEntry | undefined {
  let [value, depth, at] = ['', 0, from];
  while (at < text.length) {
    const char = text[at++] ?? '';
    if (char === '\\') {
      const [escaped = ''] = /^(?:[0-7]{1,3}|\r\n|[\s\S])/.exec(text.slice(at, at + 3)) ?? [];
      at += escaped.length;
      if (/^[0-7]/.test(escaped)) value += String.fromCharCode(Number.parseInt(escaped, 8) & 255);
      else if (!/^[\r\n]/.test(escaped)) value += ESCAPES[escaped] ?? escaped;
      continue;
    }
    if (char === '(' && depth++ === 0) continue;
    if (char === ')' && --depth === 0) return { from, to: at, value };
    if (char === '\r') {
      if (text[at] === '\n') at++;
      value += '\n';
    } else value += char;
  }
  return undefined;
}
