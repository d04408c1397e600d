import { type HtmlParser, isHtml, openHtmlParser } from './html-parser.ts';
import { textLayout } from './text-layout.ts';

/** Elements whose content is not visible to readers, SVG's too. */
const UNSEEN = new Set(['script', 'style', 'title', 'template', 'noscript', 'noframes', 'iframe', 'svg']);
const PARAGRAPHS = ['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'table', 'blockquote', 'pre'];
const LINES = [
  ...['div', 'section', 'article', 'main', 'aside', 'header', 'footer', 'nav', 'address', 'figure'],
  ...['figcaption', 'search', 'center', 'dl', 'dt', 'dd', 'li', 'hr', 'br', 'caption', 'form'],
  ...['fieldset', 'legend', 'details', 'summary', 'dialog', 'option', 'optgroup', 'textarea'],
];
/** Number of line breaks between an element and the text before and after it. */
const BREAKS: ReadonlyMap<string, number> = new Map([
  ...PARAGRAPHS.map((name) => [name, 2] as const),
  ...LINES.map((name) => [name, 1] as const),
]);
const PREFORMATTED = new Set(['pre', 'textarea', 'listing', 'plaintext', 'xmp']);
const MAX_TITLE = 2000;

export interface HtmlText extends HtmlParser {
  /** The page's title, if it has one. */
  title(): string | undefined;
}

/**
 * Converts HTML into its visible text, in chunks: each block on its own line, table cells separated
 * by tabs. Nothing is fetched and no script runs.
 */
export function htmlText(onText: (text: string) => void): HtmlText {
  const layout = textLayout(onText);
  let unseen = 0;
  let preformatted = 0;
  let title: string | undefined;
  let titleElement: unknown;
  const parser = openHtmlParser({
    begin(element) {
      const { tagName } = element;
      if (UNSEEN.has(tagName)) unseen++;
      if (tagName === 'title' && isHtml(element)) titleElement ??= element;
      if (PREFORMATTED.has(tagName)) preformatted++;
      if (tagName === 'tr') layout.beginRow();
      if (tagName === 'td' || tagName === 'th') layout.beginCell();
      layout.breakLine(BREAKS.get(tagName) ?? 0);
      if (tagName === 'li' && unseen === 0) layout.say('- ');
    },
    end({ tagName }) {
      if (UNSEEN.has(tagName)) unseen--;
      if (PREFORMATTED.has(tagName)) preformatted--;
      if (tagName === 'tr') layout.endRow();
      layout.breakLine(BREAKS.get(tagName) ?? 0);
    },
    text(text, parent) {
      if (parent === titleElement) title = ((title ?? '') + text).slice(0, MAX_TITLE);
      if (unseen > 0) return;
      if (preformatted > 0) layout.say(text.replaceAll('\u00a0', ' '));
      else layout.flow(text);
    },
  });
  return { ...parser, title: () => title?.replace(/\s+/g, ' ').trim() || undefined };
}
