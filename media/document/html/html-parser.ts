import { type DefaultTreeAdapterTypes, defaultTreeAdapter, html, Parser, Token, TokenizerMode } from 'parse5';

type Element = DefaultTreeAdapterTypes.Element;

/** What happens in a document, in the order of its source. */
export interface HtmlEvents {
  begin(element: Element): void;
  end(element: Element): void;
  text(text: string, parent: Element): void;
}

export interface HtmlParser {
  /** Parses more of the document, in steps that take well under a second even of hostile markup. */
  write(source: string): void;
  end(): void;
}

/**
 * Parses HTML by its standard: tags that may be omitted, misplaced elements and foreign ones are
 * understood as browsers do. Only open elements are kept, so memory does not grow with the
 * document.
 */
export function openHtmlParser(events: HtmlEvents): HtmlParser {
  let parser: Parser<DefaultTreeAdapterTypes.DefaultTreeAdapterMap> | undefined;
  const write = (source: string, isLast: boolean) => {
    const options = { treeAdapter: adapterFor(events) };
    parser ??= XHTML.test(source.slice(0, 1024)) ? new XhtmlParser(options) : new Parser(options);
    parser.tokenizer.write(source, isLast);
  };
  return { write: (source) => write(source, false), end: () => write('', true) };
}

/** A tree that forgets what is in it. */
function adapterFor({ begin, end, text }: HtmlEvents): typeof defaultTreeAdapter {
  const attach = (parent: DefaultTreeAdapterTypes.ParentNode, child: DefaultTreeAdapterTypes.ChildNode) => {
    child.parentNode = parent;
    // Elements that can have no content are never open.
    if (!defaultTreeAdapter.isElementNode(child) || !ENDLESS.has(child.tagName)) return;
    begin(child);
    end(child);
  };
  const say = (parent: DefaultTreeAdapterTypes.ParentNode, characters: string) => {
    if (defaultTreeAdapter.isElementNode(parent)) text(characters, parent);
  };
  return {
    ...defaultTreeAdapter,
    appendChild: attach,
    insertBefore: attach,
    detachNode(node) {
      node.parentNode = null;
    },
    insertText: say,
    insertTextBefore: say,
    onItemPush: begin,
    onItemPop: end,
  };
}

/** Documents of this kind close any element by `/>`, even `<script/>`, and have CDATA sections. */
const XHTML = /^\s*<\?xml\s|-\/\/W3C\/\/DTD XHTML|xmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml/i;
const ENDLESS = new Set(
  'area base br col embed frame hr img input link meta param source track wbr'.split(' '),
);
const ROOTS = new Set(['html', 'head', 'body']);

class XhtmlParser extends Parser<DefaultTreeAdapterTypes.DefaultTreeAdapterMap> {
  override onStartTag(token: Token.TagToken): void {
    super.onStartTag(token);
    if (!token.selfClosing || token.ackSelfClosing || ENDLESS.has(token.tagName) || ROOTS.has(token.tagName))
      return;
    // The parser expects the text of a script or title now.
    this.tokenizer.state = TokenizerMode.DATA;
    this.onEndTag({ ...token, type: Token.TokenType.END_TAG, selfClosing: false, attrs: [] });
  }

  protected override _setContextModes(
    ...context: Parameters<Parser<DefaultTreeAdapterTypes.DefaultTreeAdapterMap>['_setContextModes']>
  ): void {
    super._setContextModes(...context);
    this.tokenizer.inForeignNode = true;
  }
}

export const isHtml = (element: Element) => element.namespaceURI === html.NS.HTML;
