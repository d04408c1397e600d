import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { type Random, seededRandom } from '../support/random.ts';

const TEXTS = proofSize(2_000);
/** Bytes of a log line beyond which CloudWatch Logs would split or refuse it: 1 MB per event. */
const MAX_LINE = 64 * 1024;

/** Parts of texts that have broken log lines elsewhere. */
const PARTS: readonly string[] = [
  ...['\n', '\r\n', '\u2028', '\u2029', '\u0085', '\0', '\t', '"', '\\', '\\n', '","level":"ERROR"'],
  ...[
    '\u001b[31m',
    '\u001b]0;title\u0007',
    '\u009b2J',
    '\u202e',
    '\ud800',
    '\ufeff',
    '💥',
    '%s%n',
    '$' + '{jndi:ldap://x}',
  ],
  ...['{"_aws":{}}', 'ABC', 'x'.repeat(20_000)],
];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-lines-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Logs each text in every place where the product logs foreign text, and returns what was printed. */
async function logged(texts: readonly string[]): Promise<string[]> {
  await writeFile(join(directory, 'texts.json'), JSON.stringify(texts));
  const program = join(directory, 'log-texts.mts');
  const modules = JSON.stringify(new URL('../../base/', import.meta.url).pathname);
  await writeFile(
    program,
    `import { readFileSync } from 'node:fs';
     const { log } = await import(${modules} + 'log.ts');
     const { MediaError } = await import(${modules} + 'errors.ts');
     const texts = JSON.parse(readFileSync(${JSON.stringify(join(directory, 'texts.json'))}, 'utf8'));
     texts.forEach((text, i) => {
       const error = new MediaError('CorruptMedia', text, { cause: new Error(text) });
       if (i % 4 === 0) log.warn(text, { key: text });
       else if (i % 4 === 1) log.info('upload deleted', { key: text, nested: { list: [text] } });
       else if (i % 4 === 2) log.error('task failed', error);
       else log.warn('heartbeat failed', { error, reason: text });
     });`,
  );
  const env = { ...process.env, POWERTOOLS_LOG_LEVEL: 'INFO', NODE_OPTIONS: '' };
  const options = { env, maxBuffer: 2 ** 30 };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], options);
  const printed = stdout + stderr.replaceAll(/^\(.*\n|^.*ExperimentalWarning.*\n/gm, '');
  return printed.split('\n').filter(Boolean);
}

function textOf(random: Random): string {
  return Array.from({ length: 1 + random.below(6) }, () => random.pick(PARTS)).join('');
}

describe('text of users in the log', () => {
  test(`makes one JSON object per line, of bounded length, without control characters, for ${TEXTS} texts`, async () => {
    const random = seededRandom(proofSeed());
    const texts = [...PARTS, ...Array.from({ length: TEXTS }, () => textOf(random))];
    const lines: string[] = [];
    for (let i = 0; i < texts.length; i += 1000) lines.push(...(await logged(texts.slice(i, i + 1000))));
    expect(lines).toHaveLength(texts.length);
    const longest = Math.max(...lines.map((line) => Buffer.byteLength(line)));
    reportProof(22, { lines: lines.length, longest });
    const wrong = lines.filter((line) => !isObject(line) || hasControl(line));
    expect(wrong.map((line) => line.slice(0, 300))).toEqual([]);
    expect(longest).toBeLessThan(MAX_LINE);
  }, 3_600_000);
});

function isObject(line: string): boolean {
  try {
    const parsed = JSON.parse(line) as { level?: unknown };
    return typeof parsed.level === 'string';
  } catch {
    return false;
  }
}

/** C0 and C1 controls, separators that viewers take for line breaks, and changes of direction. */
const hasControl = (line: string) => /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(line);
