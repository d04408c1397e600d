import { SAXParser } from 'parse5-sax-parser';

/** Elements whose content no reader of the page sees. */
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
  /** Gives the text that was held back in case more belonged to it. */
  end(): Promise<void>;
  /** The page's title, if it has one. */
  title(): string | undefined;
}

/**
 * Turns HTML into the text that a reader sees, piece by piece: blocks on lines of their own, table cells apart by tabs. Nothing is fetched
 * and nothing runs. It looks at tags one by one and builds no tree: 200,000 nested elements take a second, a tree takes minutes.
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
  // It passes its input on; nobody wants that.
  parser.resume();
  return {
    write: (html) =>
      new Promise((resolve, reject) => parser.write(html, (error) => (error ? reject(error) : resolve()))),
    end: () => new Promise((resolve) => parser.end(resolve)),
    title: () => title.replace(/\s+/g, ' ').trim() || undefined,
  };
}

/** Text with the space between it; what separates two texts is said only once there is a second. */
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
    /** Runs of white space are one space, as a browser shows them. */
    flow(text: string) {
      const inline = text.replace(/[ \t\r\n\f]+/g, ' ');
      if (inline.startsWith(' ')) separate(' ');
      if (inline.trim()) say(inline.trim());
      if (inline.endsWith(' ')) separate(' ');
    },
  };
}

/** The character set that the page's head declares, if any. */
export function declaredCharset(head: Buffer): string | undefined {
  return /<meta[^>]+charset\s*=\s*["']?\s*([\w-]{2,40})/i.exec(head.toString('latin1'))?.[1];
}
