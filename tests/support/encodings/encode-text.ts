type Table = ReadonlyMap<string, Buffer>;

const DOUBLE_BYTE = new Set(['shift_jis', 'euc-jp', 'gbk', 'big5', 'euc-kr']);
const tables = new Map<string, Table>();

/** Encodes text as TextDecoder decodes it: Node itself writes Unicode and Latin-1 only. */
export function encodeText(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  if (encoding.startsWith('utf-32')) return utf32(text, encoding);
  if (encoding === 'iso-2022-jp') return iso2022jp(text);
  return Buffer.concat([...spelled(text, encoding)].map((character) => bytesOf(character, encoding)));
}

function utf32(text: string, encoding: string): Buffer {
  const units = Array.from(text, (character) => {
    const unit = Buffer.alloc(4);
    unit.writeUInt32LE(character.codePointAt(0) ?? 0);
    return encoding === 'utf-32le' ? unit : unit.swap32();
  });
  return Buffer.concat(units);
}

/** The characters of EUC-JP in seven bits, between escape sequences. */
function iso2022jp(text: string): Buffer {
  const parts: Buffer[] = [];
  let isWide = false;
  for (const character of `${text}\n`) {
    const bytes = bytesOf(character, 'euc-jp');
    if (bytes.length > 1 !== isWide) parts.push(Buffer.from(isWide ? '\x1b(B' : '\x1b$B'));
    isWide = bytes.length > 1;
    parts.push(Buffer.from(bytes.map((byte) => byte & 0x7f)));
  }
  return Buffer.concat(parts.slice(0, -1));
}

const TONES = ['\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];

/** Vietnamese in Windows has most letters without their tone, which follows. */
function spelled(text: string, encoding: string): string {
  if (encoding !== 'windows-1258') return text;
  return Array.from(text, (letter) => {
    const marks = [...letter.normalize('NFD')];
    const tone = marks.find((mark) => TONES.includes(mark));
    if (!tone || tableOf(encoding).has(letter)) return letter;
    return (
      marks
        .filter((mark) => mark !== tone)
        .join('')
        .normalize('NFC') + tone
    );
  }).join('');
}

function bytesOf(character: string, encoding: string): Buffer {
  const bytes = tableOf(encoding).get(character);
  if (!bytes) throw new Error(`Expected a character of ${encoding}, got ${character}`);
  return bytes;
}

function tableOf(encoding: string): Table {
  const known = tables.get(encoding);
  if (known) return known;
  const table = new Map<string, Buffer>();
  const add = (...bytes: number[]) => {
    const character = new TextDecoder(encoding).decode(Buffer.from(bytes));
    const isOne = [...character].length === 1 && character !== '\uFFFD';
    if (isOne && !table.has(character)) table.set(character, Buffer.from(bytes));
  };
  for (let byte = 0; byte < 0x100; byte++) add(byte);
  if (DOUBLE_BYTE.has(encoding))
    for (let first = 0x81; first < 0xff; first++)
      for (let second = 0x40; second < 0xff; second++) add(first, second);
  tables.set(encoding, table);
  return table;
}
