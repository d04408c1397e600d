import { describe, expect, test } from '@jest/globals';
import { countWords } from '../../../../media/document/outputs/count-words.ts';
import { Degradation } from '../../../../media/document/outputs/degradation.ts';
import { countSizes, headingSizes, pageMarkdown } from '../../../../media/document/outputs/markdown.ts';
import { pageList } from '../../../../media/document/outputs/page-list.ts';
import { textPage } from '../../../../media/document/outputs/text-page.ts';
import type { TextLine } from '../../../../media/document/reader/page-protocol.ts';

describe('words are counted by the same rules in every language', () => {
  const cases: [text: string, words: number][] = [
    ['', 0],
    ['The quick brown fox', 4],
    ["don't stop", 2],
    ['well-known', 2],
    ['3.14 and 1,000', 3],
    ['… — !? 😀', 0],
    ['Straße, naïve café', 3],
    ['日本語の文書', 3],
    ['中文文件', 2],
    ['ภาษาไทย', 2],
    ['مرحبا بالعالم', 2],
    ['한국어 문서', 2],
  ];
  test.each(cases)('%j has %i', (text, words) => expect(countWords(text)).toBe(words));
});

describe('page lists', () => {
  const cases: [pages: number[], text: string][] = [
    [[4], 'Page 4'],
    [[1, 2, 3, 7], 'Pages 1–3, 7'],
    [
      Array.from({ length: 30 }, (_, i) => i * 2 + 1),
      `Pages ${Array.from({ length: 20 }, (_, i) => i * 2 + 1).join(', ')}, …`,
    ],
  ];
  test.each(cases)('%j', (pages, text) => expect(pageList(pages)).toBe(text));
});

describe('reasons for degradation', () => {
  test('are said once for all pages with the same loss', () => {
    const degradation = new Degradation();
    degradation.page(1, ['an image is truncated', 'no text']);
    degradation.page(2, ['an image is truncated']);
    degradation.document('the outline could not be read');
    expect(degradation.reasons()).toEqual([
      'The outline could not be read.',
      'Pages 1–2: an image is truncated.',
      'Page 1: no text.',
    ]);
  });

  test('stay short, however many there are', () => {
    const degradation = new Degradation();
    for (let page = 1; page <= 500; page++) degradation.page(page, [`font ${page} ${'x'.repeat(500)}`]);
    const reasons = degradation.reasons();
    expect(reasons).toHaveLength(41);
    expect(reasons.at(-1)).toBe('460 more problems; pages.json lists them.');
    expect(JSON.stringify(reasons).length).toBeLessThan(16_000);
  });
});

describe('Markdown of a page', () => {
  const line = (text: string, y: number, size = 10, x = 72): TextLine => ({ text, size, x, y });
  const markdown = (lines: TextLine[]) => {
    const sizes = new Map<number, number>();
    countSizes(sizes, [...lines, line('x'.repeat(1000), 0)]);
    return pageMarkdown(lines, headingSizes(sizes));
  };
  const cases: [label: string, lines: TextLine[], text: string][] = [
    [
      'larger print is a heading',
      [line('Title', 700, 20), line('Part', 660, 14), line('Text.', 640)],
      '# Title\n\n## Part\n\nText.',
    ],
    [
      'lines become paragraphs, a gap parts them',
      [line('One two', 700), line('three.', 688), line('Next.', 660)],
      'One two three.\n\nNext.',
    ],
    [
      'a word broken at the end of a line is put together',
      [line('inter-', 700), line('national', 688)],
      'international',
    ],
    ['but not a name', [line('Jean-', 700), line('Paul', 688)], 'Jean- Paul'],
    [
      'bullets are lists',
      [line('• one', 700), line('• two', 688), line('more of two', 676)],
      '- one\n- two more of two',
    ],
    ['a heading over two lines is one', [line('A long', 700, 20), line('title', 678, 20)], '# A long title'],
    ['a new column starts anew', [line('left', 100), line('right', 700)], 'left\n\nright'],
    [
      'markup is text',
      [line('# <b>2 * 3</b> [x](y) _z_ snake_case', 700)],
      '\\# \\<b>2 \\* 3\\</b> [x]\\(y) \\_z\\_ snake_case',
    ],
    ['numbers alone are no headings', [line('12', 700, 20)], '12'],
  ];
  test.each(cases)('%s', (_, lines, text) => expect(markdown(lines)).toBe(text));
});

describe('a text as one page', () => {
  test('breaks long lines, fills tabs, counts wide characters twice and stops at the last line', () => {
    const rows = textPage(`${'a'.repeat(100)}\nx\ty\n${'字'.repeat(40)}\n${'line\n'.repeat(100)}`);
    expect(rows).toHaveLength(50);
    expect(rows.slice(0, 5).map((row) => row.length)).toEqual([78, 22, 5, 39, 1]);
  });
});
