import { columnOf } from '../../cell-reference.ts';
import type { PackageParts } from '../package-parts.ts';

/** Whether a cell is covered by a merged one, whose own text is all that shows. */
export type IsCovered = (row: number, column: number) => boolean;

interface Area {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

const MERGE = /<(?:[\w.-]+:)?mergeCell\s[^<>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g;
/** Further merged cells are taken for unmerged: they show what Excel itself would have cleared. */
const MAX_AREAS = 20_000;

/** Reads the merged cells of a sheet ahead, since they stand behind the cells in its part. */
export async function mergedCells(parts: PackageParts, part: string): Promise<IsCovered> {
  const areas: Area[] = [];
  let carry = '';
  for await (const chunk of await parts.stream(part)) {
    const text = carry + (chunk as Buffer).toString('latin1');
    for (const [, left = '', top, right = '', bottom] of text.matchAll(MERGE))
      if (areas.length < MAX_AREAS)
        areas.push({
          ...{ left: columnOf(left), top: Number(top), right: columnOf(right), bottom: Number(bottom) },
        });
    const open = text.lastIndexOf('<');
    carry = open > text.lastIndexOf('>') ? text.slice(open, open + 1024) : '';
  }
  if (areas.length === 0) return () => false;
  areas.sort((a, b) => a.top - b.top);
  let next = 0;
  let last = 0;
  let active: Area[] = [];
  return (row, column) => {
    if (row < last) [next, active] = [0, []];
    if (row !== last) {
      last = row;
      while ((areas[next]?.top ?? Infinity) <= row) active.push(areas[next++] as Area);
      active = active.filter(({ bottom }) => bottom >= row);
    }
    return active.some(
      ({ left, right, top }) => column >= left && column <= right && (row !== top || column !== left),
    );
  };
}
