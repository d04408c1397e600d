import type { Random } from './random.ts';

/** Parts of file names that have led elsewhere in other systems. */
const PARTS: readonly string[] = [
  ...['..', '.', '%2e%2e%2f', '%2F', '..%5c', '%00', '%', '+', ' ', '  ', '\\', '//', '/', '/../', '/./'],
  ...[
    '~',
    '$HOME',
    '$(id)',
    '`id`',
    ';',
    '|',
    '&',
    '>',
    '*',
    '?',
    '[a]',
    '{}',
    '"',
    "'",
    '<b>',
    '#',
    '=',
    ':',
  ],
  ...[
    '\n',
    '\r',
    '\t',
    '\0',
    '\u001b[31m',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u200f',
    '\u061c',
    '\u2066',
  ],
  ...['é', 'e\u0301', 'ﬁ', 'İ', 'ß', '🏖️', '👩‍👩‍👧', '\u200b', '\ufeff', '\u00a0', '\u{1f600}', '\uffff'],
  ...[
    'manifest.json',
    'processed',
    'tenants',
    'CON',
    'aux.png',
    '__proto__',
    'constructor',
    '_',
    '-',
    'a',
    'B7',
  ],
  ...['thumb_small.jpg', '_metadata', '_webp.webp', 'intermediate', '{{x}}', '%s%n', '日本', 'ü'.repeat(90)],
];
const IDENTIFIERS: readonly string[] = ['acme', 'globex', 'A_b-9', 'x'.repeat(64)];
const BAD_IDENTIFIERS: readonly string[] = [
  ...[
    '',
    '..',
    'x'.repeat(65),
    'a b',
    'a/b',
    '..%2fglobex',
    'ac\nme',
    'ácme',
    'acme.',
    '*',
    '%61cme',
    'acme\0',
  ],
];
const LAYOUTS: readonly string[] = [
  'tenants/',
  'Tenants/',
  '/tenants/',
  'tenants//',
  'elsewhere/',
  'tenants',
];

/** Makes a key of at most 1,024 bytes, which is what S3 accepts; two in three have the layout of an upload. */
export function hostileKey(random: Random): string {
  const identifier = () =>
    (random.chance(0.1) ? random.pick(BAD_IDENTIFIERS) : random.pick(IDENTIFIERS)) ?? '';
  const layout = random.chance(0.1) ? random.pick(LAYOUTS) : 'tenants/';
  const media = random.chance(0.05) ? random.pick(['media', 'media/processed', 'Media', '']) : 'media';
  const parts = Array.from({ length: 1 + random.below(5) }, () => random.pick(PARTS));
  // Without an extension the content alone decides; another would contradict it.
  const isPlain = !parts.join('').includes('.') && random.chance(0.2);
  const file = `${parts.join('')}${random.chance(0.7) ? `-${random.below(1e6)}` : ''}${isPlain ? '' : random.pick(['.png', '.PNG', '.Png'])}`;
  return cut(`${layout}${identifier()}/users/${identifier()}/${media}/${file}`);
}

function cut(key: string): string {
  let end = key;
  while (Buffer.byteLength(end) > 1024) end = end.slice(0, -1);
  return end.toWellFormed();
}

/**
 * Tenant and user that an upload belongs to by README.md and nothing else, or undefined if it must be rejected. Written apart from
 * contract/upload-key.ts, which it checks.
 */
export function meantOwner(key: string): { tenant: string; user: string } | undefined {
  const [tenants, tenant = '', users, user = '', media, file = '', ...more] = key.split('/');
  const isIdentifier = (text: string) =>
    text.length >= 1 && text.length <= 64 && !/[^A-Za-z0-9_-]/.test(text);
  if (tenants !== 'tenants' || users !== 'users' || media !== 'media' || more.length > 0) return undefined;
  if (!isIdentifier(tenant) || !isIdentifier(user)) return undefined;
  if (file === '' || file === '.' || file === '..') return undefined;
  for (const character of file) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
    const isDirection =
      [0x61c, 0x200e, 0x200f].includes(code) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069);
    if (isControl || isDirection) return undefined;
  }
  return { tenant, user };
}
