import { Parser } from 'htmlparser2';

/** Elements whose content no reader of the page sees. */
const UNSEEN = new Set(['script', 'style', 'template', 'noscript', 'svg', 'iframe', 'object', 'head']);
const BLOCKS = new Set([
  ...['p', 'div', 'section', 'article', 'main', 'aside', 'header', 'footer', 'nav', 'address', 'figure'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'dl', 'dt', 'dd', 'li', 'blockquote', 'pre', 'hr'],
  ...['table', 'caption', 'tr', 'form', 'fieldset', 'legend', 'details', 'summary', 'option', 'title'],
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
  write(html: string): void;
  end(): { title?: string };
}

/**
 * Turns HTML into the text that a reader sees, piece by piece: blocks on lines of their own, table cells apart by tabs. Nothing is
 * fetched and nothing runs; whatever the markup tries, only its text comes out.
 */
export function htmlText(onText: (text: string) => void): HtmlText {
  let unseen = 0;
  let preformatted = 0;
  let inTitle = false;
  let title = '';
  // What separates the last text from the next: said only once there is a next.
  let gap = '';
  let started = false;
  const separate = (by: string) => {
    if (by.length > gap.length || (by.startsWith('\n') && !gap.startsWith('\n'))) gap = by;
  };
  const say = (text: string) => {
    onText(`${started ? gap : ''}${text}`);
    started = true;
    gap = '';
  };
  const parser = new Parser(
    {
      onopentag(name) {
        if (UNSEEN.has(name)) unseen++;
        if (name === 'title') inTitle = true;
        if (name === 'pre') preformatted++;
        if (BLOCKS.has(name)) separate(PARAGRAPHS.has(name) ? '\n\n' : '\n');
        if (name === 'br') separate('\n');
        if (name === 'li' && unseen === 0) say('- ');
      },
      ontext(text) {
        if (inTitle) title = (title + text).slice(0, MAX_TITLE);
        if (unseen > 0) return;
        if (preformatted > 0) return say(text);
        const inline = text.replace(/[ \t\r\n\f]+/g, ' ');
        if (inline === ' ') return separate(' ');
        if (inline.startsWith(' ')) separate(' ');
        say(inline.trim());
        if (inline.endsWith(' ')) separate(' ');
      },
      onclosetag(name) {
        if (UNSEEN.has(name)) unseen = Math.max(0, unseen - 1);
        if (name === 'title') inTitle = false;
        if (name === 'pre') preformatted = Math.max(0, preformatted - 1);
        if (name === 'td' || name === 'th') separate('\t');
        if (BLOCKS.has(name)) separate(PARAGRAPHS.has(name) ? '\n\n' : '\n');
      },
    },
    { decodeEntities: true },
  );
  return {
    write: (html) => parser.write(html),
    end() {
      parser.end();
      const clean = title.replace(/\s+/g, ' ').trim();
      return clean ? { title: clean } : {};
    },
  };
}

/** The character set that the page's head declares, if any. */
export function declaredCharset(head: Buffer): string | undefined {
  return /<meta[^>]+charset\s*=\s*["']?\s*([\w-]{2,40})/i.exec(head.toString('latin1'))?.[1];
}
