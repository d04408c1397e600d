interface Row {
  cells: number;
  /** Some of its text was written. */
  isBegun: boolean;
}

/** Emits text with the whitespace between, which is written only once more text follows. */
export function textLayout(onText: (text: string) => void) {
  const rows: Row[] = [];
  let isStarted = false;
  /** Nothing was written yet in the current cell, so no line is broken in it. */
  let isFreshCell = false;
  let breaks = 0;
  let tabs = 0;
  let space = false;
  const say = (text: string) => {
    const gap = breaks + tabs > 0 ? '\n'.repeat(breaks) + '\t'.repeat(tabs) : space ? ' ' : '';
    onText(`${isStarted ? gap : ''}${text}`);
    isStarted = true;
    isFreshCell = false;
    breaks = tabs = 0;
    space = false;
    const row = rows.at(-1);
    if (row) row.isBegun = true;
  };
  const breakLine = (count: number) => {
    if (!isFreshCell) breaks = Math.max(breaks, count);
  };
  const breakRow = () => {
    isFreshCell = false;
    tabs = 0;
    breakLine(1);
  };
  return {
    say,
    /** Breaks the line this often, or as often as was asked for already. */
    breakLine,
    beginRow() {
      breakRow();
      rows.push({ cells: 0, isBegun: false });
    },
    endRow() {
      const isBegun = rows.pop()?.isBegun;
      const outer = rows.at(-1);
      if (outer && isBegun) outer.isBegun = true;
      breakRow();
    },
    /** Parts cells by a tab, and not by the paragraphs in them. */
    beginCell() {
      const row = rows.at(-1);
      if (!row) return;
      if (row.cells++ === 0) return;
      if (row.isBegun) breaks = 0;
      tabs++;
      isFreshCell = true;
    },
    /** Collapses whitespace as a browser does, and no-break spaces likewise. */
    flow(text: string) {
      const inline = text.replace(/[ \t\r\n\f\u00a0]+/g, ' ');
      if (inline.startsWith(' ')) space = true;
      if (inline !== '' && inline !== ' ') say(inline.replace(/^ | $/g, ''));
      if (inline.endsWith(' ')) space = true;
    },
  };
}
