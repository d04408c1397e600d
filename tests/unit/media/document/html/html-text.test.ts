import { describe, expect, test } from '@jest/globals';
import { declaredCharset } from '../../../../../media/document/html/declared-charset.ts';
import { htmlText } from '../../../../../media/document/html/html-text.ts';

/** Converts a page that arrives in steps of so many characters. */
function converted(source: string, step = 4096) {
  let text = '';
  const page = htmlText((piece) => {
    text += piece;
  });
  for (let at = 0; at < source.length; at += step) page.write(source.slice(at, at + step));
  page.end();
  return { text, title: page.title() };
}

const XHTML = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">';

describe('HTML is read as browsers read it', () => {
  const cases: [label: string, source: string, text: string, title?: string][] = [
    [
      'no-break spaces are spaces',
      '<p>Hello&nbsp;<b>world</b>, total:&nbsp;<b>100</b>&nbsp;EUR</p><p>&nbsp;</p>',
      'Hello world, total: 100 EUR',
    ],
    ['cells without end tags', '<table><tr><td>name<td>price<tr><td>tea<td>5</table>', 'name\tprice\ntea\t5'],
    ['empty cells keep their column', '<table><tr><td>a<td><td>c<tr><td><td>b</table>', 'a\t\tc\n\tb'],
    [
      'paragraphs in cells',
      '<table><tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr></table>d',
      'a\n\nb\tc\n\nd',
    ],
    ['a table in a cell', '<table><tr><td><table><tr><td>a<td>b</table><td>c</table>', 'a\tb\tc'],
    ['list items without end tags', '<ul><li>one<li>two<ol><li>in</ol></ul>', '- one\n- two\n\n- in'],
    ['paragraphs without end tags', '<p>one<p>two<h2>Three<p>four', 'one\n\ntwo\n\nThree\n\nfour'],
    ['terms and definitions without end tags', '<dl><dt>a<dd>b<dt>c<dd>d</dl>', 'a\nb\nc\nd'],
    ['options without end tags', '<select><option>one<option>two</select>', 'one\ntwo'],
    [
      'an SVG that is never closed ends with the next paragraph',
      '<p>Before</p><svg width="9"><path d="M0 0"><p>After: all the content</p>',
      'Before\n\nAfter: all the content',
    ],
    [
      "the title of an SVG is not the page's",
      '<title>Annual report</title><body><svg><title>Menu icon</title></svg><p>Text</p>',
      'Text',
      'Annual report',
    ],
    ['nor is a second title', '<title>One</title><title>Two</title>x', 'x', 'One'],
    ['text astray in a table', '<table>astray<tr><td>in</table>', 'astray\nin'],
    ['formatting across paragraphs', '<b>bold<p>para</b>still', 'bold\n\nparastill'],
    ['an empty SVG', '<p>a<svg/>b<svg><path/></svg>c', 'abc'],
    ['line breaks and rules', 'a<br>b<hr>c<br/>d</br>e', 'a\nb\nc\nd\ne'],
    [
      'what is not to be seen',
      '<script>a<b</script><style>p{}</style><template>t</template><!-- c -->x',
      'x',
    ],
    ['preformatted text', '<pre>\n  a\n   b&nbsp;c</pre>', '  a\n   b c'],
    [
      'an empty script in XHTML',
      `${XHTML}<head><title>T</title><script src="a.js"/></head><body><p>All</p>`,
      'All',
      'T',
    ],
    [
      'other empty elements in XHTML',
      `${XHTML}<body><div/><title/><textarea/><p/>a<br/>b<a name="x"/>`,
      'a\nb',
    ],
    ['CDATA in XHTML', `${XHTML}<body><p><![CDATA[1 < 2]]></p>`, '1 < 2'],
    ['a page of XHTML without its declaration', XHTML.replace(/<\?.*?>/, '').concat('<script/>seen'), 'seen'],
  ];
  test.each(cases)('%s', (...[, source, text, title]) => {
    expect(converted(source)).toEqual({ text, title });
    const untilRoot = source.startsWith('<?xml') || source.startsWith('<html') ? 1024 : 1;
    expect(converted(source, untilRoot)).toEqual({ text, title });
  });
});

test('half a million elements that nest, or that are left open, take seconds', () => {
  const hostile = [
    `${'<div>'.repeat(200_000)}deep`,
    `${'<table><tr><td>'.repeat(20_000)}deep`,
    `${Array.from({ length: 5_000 }, (_, i) => `<font a${i}>`).join('')}${'<p>x'.repeat(5_000)}<p>deep`,
  ];
  const started = performance.now();
  for (const source of hostile) expect(converted(source).text).toMatch(/deep$/);
  expect(performance.now() - started).toBeLessThan(60_000);
});

describe('the declared character set', () => {
  const cases: [source: string, label: string | undefined][] = [
    ['<meta charset="shift_jis">', 'shift_jis'],
    ["<META content='text/html; charset=iso-8859-2' http-equiv=Content-Type>", 'iso-8859-2'],
    ['<!-- <meta charset=big5> --><meta charset=euc-kr>', 'euc-kr'],
    ['<?xml version="1.0" encoding="windows-1251"?><html>', 'windows-1251'],
    ['<p>charset=none</p>', undefined],
  ];
  test.each(cases)('of %s is %s', (source, label) => {
    expect(declaredCharset(Buffer.from(source))).toBe(label);
  });
});
