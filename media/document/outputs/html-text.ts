import { SAXParser } from 'parse5-sax-parser';

/** Elements whose content is not visible to readers. */
const UNSEEN = new Set(['script', 'style', 'title', 'template', 'noscript', 'noframes', 'iframe', 'svg']);
const BLOCKS = new Set([
  ...['p', 'div', 'section', 'article', 'main', 'aside', 'header', 'footer', 'nav', 'address', 'figure'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'dl', 'dt', 'dd', 'li', 'blockquote', 'pre', 'hr'],
  ...['table', 'caption', 'tr', 'form', 'fieldset', 'legend', 'details', 'summary', 'option', 'br'],
]);
const PARAGRAPHS = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'table',
  'blockquote',
  'pre',
]);
const MAX_TITLE = 2000;

export interface HtmlText {
  write(html: string): Promise<void>;
  /** Flushes text held back in case more belongs to it. */
  end(): Promise<void>;
  /** The page's title, if it has one. */
  title(): string | undefined;
}

/**
 * Converts HTML into its visible text, in chunks: each block on its own line, table cells separated
 * by tabs. Nothing is fetched and no script runs. It processes tags one at a time and builds no
 * tree: 200,000 nested elements take a second, with a tree minutes.
 */
export function htmlText(onText: (text: string) => void): HtmlText {
  const layout = layOut(onText);
  let unseen = 0;
  let preformatted = 0;
  let inTitle = false;
  let title = '';
  const parser = new SAXParser();
  parser.on('startTag', ({ tagName, selfClosing }) => {
    if (UNSEEN.has(tagName) && !selfClosing) unseen++;
    if (tagName === 'title') inTitle = true;
    if (tagName === 'pre') preformatted++;
    if (BLOCKS.has(tagName)) layout.separate(PARAGRAPHS.has(tagName) ? '\n\n' : '\n');
    if (tagName === 'li' && unseen === 0) layout.say('- ');
  });
  parser.on('text', ({ text }) => {
    if (inTitle) title = (title + text).slice(0, MAX_TITLE);
    if (unseen > 0) return;
    if (preformatted > 0) layout.say(text);
    else layout.flow(text);
  });
  parser.on('endTag', ({ tagName }) => {
    if (UNSEEN.has(tagName)) unseen = Math.max(0, unseen - 1);
    if (tagName === 'title') inTitle = false;
    if (tagName === 'pre') preformatted = Math.max(0, preformatted - 1);
    if (tagName === 'td' || tagName === 'th') layout.separate('\t');
    if (BLOCKS.has(tagName)) layout.separate(PARAGRAPHS.has(tagName) ? '\n\n' : '\n');
  });
  // The parser passes its input through; discard it.
  parser.resume();
  return {
    write: (html) =>
      new Promise((resolve, reject) => parser.write(html, (error) => (error ? reject(error) : resolve()))),
    end: () => new Promise((resolve) => parser.end(resolve)),
    title: () => title.replace(/\s+/g, ' ').trim() || undefined,
  };
}

/** Emits text with the whitespace between; a separator is written only once more text follows. */
function layOut(onText: (text: string) => void) {
  let gap = '';
  let started = false;
  const separate = (by: string) => {
    if (by.startsWith('\n') ? !gap.startsWith('\n') || by.length > gap.length : gap === '' || gap === ' ')
      gap = by;
  };
  const say = (text: string) => {
    onText(`${started ? gap : ''}${text}`);
    started = true;
    gap = '';
  };
  return {
    separate,
    say,
    /** Collapses whitespace as a browser does. */
    flow(text: string) {
      const inline = text.replace(/[ \t\r\n\f]+/g, ' ');
      if (inline.startsWith(' ')) separate(' ');
      if (inline.trim()) say(inline.trim());
      if (inline.endsWith(' ')) separate(' ');
    },
  };
}

/** Returns the character set declared in the page's head, if any. */
export function declaredCharset(head: Buffer): string | undefined {
  return /<meta[^>]+charset\s*=\s*["']?\s*([\w-]{2,40})/i.exec(head.toString('latin1'))?.[1];
}
