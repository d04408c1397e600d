import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { encodeText } from '../../../support/encodings/encode-text.ts';
import { processedText } from './setup.ts';

const RUSSIAN = 'Это русский текст в старой кодировке, его надо распознать правильно и без ошибок.';

describe('plain texts', () => {
  const cases: [label: string, content: Buffer, text: string, metadata: object][] = [
    [
      'UTF-8',
      Buffer.from('Grüße, 世界\n'),
      'Grüße, 世界\n',
      { encoding: { name: 'utf-8', certain: true }, words: 2, lines: 1 },
    ],
    [
      'UTF-8 with a mark, and lines as Windows ends them',
      Buffer.from('\uFEFFone\r\ntwo\rthree'),
      'one\ntwo\nthree\n',
      { encoding: { name: 'utf-8', certain: true }, words: 3, lines: 3 },
    ],
    [
      'UTF-16 with a mark',
      Buffer.from('\uFEFFhello wörld\n', 'utf16le'),
      'hello wörld\n',
      { encoding: { name: 'utf-16le', certain: true } },
    ],
    [
      'UTF-16 without one',
      Buffer.from('hello wörld\n', 'utf16le'),
      'hello wörld\n',
      { encoding: { name: 'utf-16le', certain: false } },
    ],
    [
      'UTF-16 of Japanese without one',
      Buffer.from('名前,住所\n山田太郎,東京都\n', 'utf16le'),
      '名前,住所\n山田太郎,東京都\n',
      { encoding: { name: 'utf-16le', certain: false } },
    ],
    [
      'UTF-32 with a mark',
      encodeText('\uFEFFhello 世界\n', 'utf-32be'),
      'hello 世界\n',
      { encoding: { name: 'utf-32be', certain: true } },
    ],
    [
      'Latin-1',
      Buffer.from('Die Größe der Bäume, schöne Grüße aus München.\n', 'latin1'),
      'Die Größe der Bäume, schöne Grüße aus München.\n',
      { encoding: { name: 'windows-1252', certain: false }, words: 8 },
    ],
    [
      'Windows Cyrillic',
      encodeText(`${RUSSIAN}\n`, 'windows-1251'),
      `${RUSSIAN}\n`,
      { encoding: { name: 'windows-1251', certain: false }, words: 13 },
    ],
    [
      'controls and escapes, which no reader wants',
      Buffer.from('a\u001b[31mred\u0008\tb\u000cnext\n'),
      'a[31mred\tb\nnext\n',
      { lines: 2 },
    ],
    ['nothing but space', Buffer.from(' \n \n'), ' \n \n', { words: 0, lines: 2 }],
  ];
  test.each(cases)('%s', async (_, content, text, metadata) => {
    const made = await processedText(content, 'text/plain');
    expect(made.text).toBe(text);
    expect(made.metadata).toMatchObject(metadata);
    expect(made.closing.degraded).toEqual([]);
  });

  test('get three thumbnails with the text on them', async () => {
    const { outputs } = await processedText(Buffer.from('name;price\nchair;12\n'), 'text/csv');
    const sizes = await Promise.all(
      ['thumb_small.jpg', 'thumb_medium.jpg', 'thumb_large.jpg'].map(async (name) => {
        const { width, height } = await sharp(outputs.get(name)?.content).metadata();
        return [width, height];
      }),
    );
    expect(sizes).toEqual([
      [106, 150],
      [283, 400],
      [848, 1200],
    ]);
    const top = sharp(outputs.get('thumb_large.jpg')?.content).extract({
      left: 60,
      top: 60,
      width: 200,
      height: 60,
    });
    expect(Math.min(...(await top.grayscale().raw().toBuffer()))).toBeLessThan(120);
  });

  test('say what could not be read', async () => {
    const broken = Buffer.concat([Buffer.from('für '.repeat(500_000)), Buffer.from([0xff, 0xfe, 0x20])]);
    const { closing, text } = await processedText(broken, 'text/plain');
    expect(closing.degraded).toEqual(['2 characters could not be decoded as utf-8.']);
    expect(text.endsWith('für \uFFFD\uFFFD \n')).toBe(true);
  });

  test('are read by their first letters that are not ASCII, however far in', async () => {
    const late = Buffer.from(
      `${'id;1\n'.repeat(400_000)}Größe;Straße;Menge;Stück;Übertrag;Zürich\n`,
      'latin1',
    );
    const { text } = await processedText(late, 'text/csv');
    expect(text.slice(-42)).toBe('\nGröße;Straße;Menge;Stück;Übertrag;Zürich\n');
  });

  test('say that their encoding is a guess where there is too little to tell it by', async () => {
    const { text, closing } = await processedText(Buffer.from('Größe;5\n', 'latin1'), 'text/csv');
    expect(text).toBe('Größe;5\n');
    expect(closing.degraded).toEqual([
      expect.stringMatching(
        /^The encoding is a guess: the text was read as windows-1252, but \S+ fits almost as well\.$/,
      ),
    ]);
  });

  const nuls: [label: string, content: string, text: string, count: number][] = [
    ['a log whose machine lost power', `before\n${'\0'.repeat(64)}after\n`, 'before\nafter\n', 64],
    ['a log that was emptied while it was written', `${'\0'.repeat(70_000)}after\n`, 'after\n', 70_000],
    ['a list whose entries end with NUL', 'one\0two\0', 'one\ntwo\n', 2],
  ];
  test.each(nuls)('leave NULs out and say so: %s', async (_, content, text, count) => {
    const made = await processedText(Buffer.from(content), 'text/plain');
    expect(made.text).toBe(text);
    expect(made.closing.degraded).toEqual([
      `${count} NUL characters were left out; text may be missing in their place.`,
    ]);
  });

  test('say which characters the picture lacks', async () => {
    const { closing } = await processedText(Buffer.from('Linear A: \u{10600}\u{10601}\n'), 'text/plain');
    expect(closing.degraded).toEqual([
      'Thumbnail: characters that no available font has are missing from the image.',
    ]);
  });

  test('of one endless line are read in flat memory, word by word', async () => {
    const { metadata } = await processedText(Buffer.from('word '.repeat(400_000)), 'text/plain');
    expect(metadata).toMatchObject({ words: 400_000, lines: 1, characters: 2_000_000 });
  });

  test('that are binary after all are refused', async () => {
    await expect(
      processedText(Buffer.from([0, 1, 2, 3, 0, 9, 200, 0, 7]), 'text/plain'),
    ).rejects.toMatchObject({
      name: 'CorruptMedia',
    });
  });
});

describe('HTML', () => {
  test('becomes the text that a reader sees', async () => {
    const html = `<!doctype html><title>My   page</title><style>p { color: red }</style>
      <h1>Big &amp; bold</h1><p>First <b>para</b>graph<br>second line.</p><script>alert("<p>evil</p>")</script>
      <ul><li>one<li>two</ul><table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>
      <pre>  keep\n   this</pre><!-- hidden --><template>later</template><svg><text>drawn</text></svg>
      <img src="http://127.0.0.1:9/x.png" onerror="alert(1)"><a href="javascript:alert(2)">link</a> &lt;b&gt;`;
    const { text, metadata } = await processedText(Buffer.from(html), 'text/html');
    expect(text).toBe(
      'Big & bold\n\nFirst paragraph\nsecond line.\n\n- one\n- two\n\na\tb\nc\td\n\n  keep\n   this\n\nlink <b>\n',
    );
    expect(metadata).toMatchObject({ title: 'My page' });
  });

  const declared: [label: string, head: string][] = [
    ['charset', '<meta charset="shift_jis">'],
    ['http-equiv', '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">'],
  ];
  test.each(declared)('is read in the encoding that it declares by %s', async (_, head) => {
    const kanji = Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea]);
    const { text, metadata } = await processedText(
      Buffer.concat([Buffer.from(`${head}<p>`), kanji]),
      'text/html',
    );
    expect(text).toBe('日本語\n');
    expect(metadata).toMatchObject({ encoding: { name: 'shift_jis', certain: true } });
  });

  test.each(['utf-16', 'UTF-16BE', 'utf-8', 'no-such-set'])(
    'that declares %s but is not in it is read by its letters',
    async (charset) => {
      const page = `<meta charset="${charset}"><p>Größe, Straße, für Übertrag, Menge und Stück</p>`;
      const { text } = await processedText(Buffer.from(page, 'latin1'), 'text/html');
      expect(text).toBe('Größe, Straße, für Übertrag, Menge und Stück\n');
    },
  );

  test('of 200,000 nested elements is no problem', async () => {
    const html = `${'<div>'.repeat(200_000)}deep`;
    expect((await processedText(Buffer.from(html), 'text/html')).text).toBe('deep\n');
  });
});
