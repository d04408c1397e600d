import { LIMITS } from '../../limits.ts';
import type { PageText, TextLine } from '../page-protocol.ts';

/** What is used of pdf.js's annotations. */
export interface Annotation {
  id: string;
  subtype?: string;
  annotationFlags?: number;
  hasAppearance?: boolean;
  /** Left, bottom, right and top, in points. */
  rect: number[];
  contentsObj?: { str: string };
  defaultAppearanceData?: { fontSize?: number; fontColor?: ArrayLike<number> };
  fieldName?: string;
  fieldType?: string | null;
  fieldValue?: unknown;
  password?: boolean;
  options?: { exportValue?: unknown; displayValue?: unknown }[];
}

/** Flags of annotations that are not seen: hidden, not for the screen (ISO 32000-1, 12.5.3). */
const HIDDEN = 2 | 32;
const MAX_CHARACTERS = 10_000;
const USUAL_SIZE = 10;

export const isSeen = ({ annotationFlags = 0 }: Annotation) => (annotationFlags & HIDDEN) === 0;

/** Returns text typed onto the page ("free text", "typewriter"), which is no part of its content. */
export function typedTexts(annotations: readonly Annotation[]): Annotation[] {
  return annotations
    .filter((found) => found.subtype === 'FreeText' && isSeen(found) && found.contentsObj?.str)
    .slice(0, LIMITS.formFields);
}

export function typedLines(annotations: readonly Annotation[]): TextLine[] {
  return typedTexts(annotations).flatMap((typed) => {
    const [x = 0, , , top = 0] = typed.rect;
    const size = fontSize(typed);
    return linesOf(typed).map((text, i) => ({ text, size, x, y: top - size * (i + 1) }));
  });
}

export const fontSize = ({ defaultAppearanceData }: Annotation) =>
  Math.abs(defaultAppearanceData?.fontSize || USUAL_SIZE);

export const linesOf = ({ contentsObj }: Annotation) =>
  (contentsObj?.str ?? '')
    .slice(0, MAX_CHARACTERS)
    .split(/\r\n?|\n/)
    .map((text) => text.replace(/\p{Cc}/gu, '').toWellFormed());

/** Returns the values of form fields: what people entered is no part of the page's content, either. */
export function filledFields(annotations: readonly Annotation[]): PageText['fields'] {
  return annotations.flatMap(fieldOf).slice(0, LIMITS.formFields);
}

function fieldOf({ fieldName, fieldValue, options = [] }: Annotation): PageText['fields'] {
  if (!fieldName) return [];
  const shown = (chosen: unknown) =>
    options.find(({ exportValue }) => exportValue === chosen)?.displayValue ?? chosen;
  const value = Array.isArray(fieldValue) ? fieldValue.map(shown).join(', ') : shown(fieldValue);
  return typeof value === 'string' && value && value !== 'Off'
    ? [
        {
          name: fieldName.toWellFormed().slice(0, 200),
          value: value.toWellFormed().slice(0, MAX_CHARACTERS),
        },
      ]
    : [];
}
