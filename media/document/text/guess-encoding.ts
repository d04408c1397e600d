import { oddShare, wordShare } from './plausible-text.ts';

interface Guess {
  /** Label that TextDecoder accepts. */
  name: string;
  /** Another encoding that fits about as well and gives other text. */
  rival?: string;
}

/** What TextDecoder decodes, by the names of jschardet's options. */
const DETECTED = [
  ...['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255'],
  ...['windows-1256', 'windows-1257', 'windows-1258', 'iso-8859-2', 'iso-8859-5', 'iso-8859-6'],
  ...['iso-8859-7', 'koi8-r', 'koi8-u', 'cp866', 'cp874', 'mac-roman'],
  ...['cp932', 'euc-jis-2004', 'gb18030', 'big5hkscs', 'cp949'],
];
/** Its answers that TextDecoder knows by another name. */
const LABELS: Readonly<Record<string, string>> = {
  cp1258: 'windows-1258',
  cp866: 'ibm866',
  cp874: 'windows-874',
  cp932: 'shift_jis',
  cp949: 'euc-kr',
  johab: 'euc-kr',
  macroman: 'macintosh',
  big5hkscs: 'big5',
  'euc-jis-2004': 'euc-jp',
};
/** By far the most common, and the last resort, as it decodes any bytes. */
const USUAL = 'windows-1252';
const USUAL_WEIGHT = 1.2;
/** Icelandic is rarer than the Turkish that differs from it in six letters. */
const RARE_LANGUAGES: Readonly<Record<string, number>> = { is: 0.8, fo: 0.8 };
/** Share of the best score from which another encoding is as likely. */
const RIVAL_SHARE = 0.8;
/** What a text must have for its encoding to be sure; sentences score 0.05 and more. */
const LEAST = { score: 0.05, letters: 6 };
/** Score of noise. */
const NO_SCORE = 0.003;
/** Encodings of Chinese characters and kana; words show them better than frequencies do. */
const IDEOGRAPHIC = ['shift_jis', 'euc-jp', 'gb18030', 'big5'];
const IN_WORDS = 0.6;
const SAMPLE_BYTES = 64 * 1024;

/** Guesses the encoding of text that is not Unicode, by words, letter frequencies and spelling. */
export async function guessEncoding(bytes: Buffer): Promise<Guess> {
  const sample = tellingLines(bytes);
  const [ideographic] = IDEOGRAPHIC.map((name) => ({ name, share: wordShare(decoded(sample, name)) }))
    .filter(({ share }) => share >= IN_WORDS)
    .sort((a, b) => b.share - a.share);
  if (ideographic) return { name: ideographic.name };
  // Its tables take a megabyte, and most documents do not need them.
  const { detectAll } = await import('jschardet');
  const scored = detectAll(sample, { detectEncodings: DETECTED, minimumThreshold: 0 })
    .flatMap(({ encoding, confidence, language }) => {
      if (!encoding) return [];
      const name = LABELS[encoding.toLowerCase()] ?? encoding.toLowerCase();
      const text = decoded(sample, name);
      const weight = (name === USUAL ? USUAL_WEIGHT : 1) * (RARE_LANGUAGES[language ?? ''] ?? 1);
      return [{ name, text, score: confidence * weight * (1 - oddShare(text)) ** 2 }];
    })
    .sort((a, b) => b.score - a.score);
  const [best] = scored;
  if (!best || best.score < NO_SCORE) return { name: USUAL, rival: best?.name ?? 'another' };
  const rival = scored.find(({ text }) => text !== best.text);
  const isSure =
    best.score >= LEAST.score &&
    (rival?.score ?? 0) < best.score * RIVAL_SHARE &&
    sample.filter((byte) => byte >= 0x80).length >= LEAST.letters;
  return isSure ? { name: best.name } : { name: best.name, rival: rival?.name ?? 'another' };
}

const decoded = (sample: Buffer, name: string) => new TextDecoder(name).decode(sample);

/** Returns the lines that are not ASCII, as far as they are needed. */
function tellingLines(bytes: Buffer): Buffer {
  // An empty line first: the detector takes "BM" at the start for a picture.
  const lines: Buffer[] = [Buffer.from('\n')];
  let length = 0;
  for (let at = 0; at < bytes.length && length < SAMPLE_BYTES; ) {
    const end = bytes.indexOf(0x0a, at);
    const line = bytes.subarray(at, Math.min(end < 0 ? bytes.length : end + 1, at + SAMPLE_BYTES));
    if (line.some((byte) => byte >= 0x80)) {
      lines.push(line);
      length += line.length;
    }
    at += line.length;
  }
  return Buffer.concat(lines);
}
