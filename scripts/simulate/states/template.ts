import { StateError } from './state-error.ts';

/** What a template reads: the state's input (`$`), and the context object (`$$`). */
export interface Data {
  input: unknown;
  context: unknown;
}
export type Filled = (data: Data) => unknown;

/**
 * Compiles a payload template: a field whose name ends in `.$` is a path or an intrinsic function.
 * Throws for a function that this does not know.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
export function compileTemplate(template: unknown): Filled {
  if (Array.isArray(template)) {
    const parts = template.map(compileTemplate);
    return (data) => parts.map((part) => part(data));
  }
  if (template === null || typeof template !== 'object') return () => template;
  const fields = Object.entries(template).map(([name, value]): [string, Filled] =>
    name.endsWith('.$')
      ? [name.slice(0, -2), compileExpression(String(value))]
      : [name, compileTemplate(value)],
  );
  return (data) => {
    const filled: Record<string, unknown> = {};
    for (const [name, value] of fields) filled[name] = value(data);
    return filled;
  };
}

/** Compiles `$.a.b`, `$$.a.b`, a literal, or an intrinsic function of these. */
export function compileExpression(expression: string): Filled {
  const text = expression.trim();
  if (text.startsWith('States.')) {
    const [, name = '', inner = ''] = /^(States\.\w+)\((.*)\)$/s.exec(text) ?? [];
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) throw new Error(`Expected an intrinsic function that the model knows, got ${text}`);
    const parts = splitArguments(inner).map(compileExpression);
    return (data) => intrinsic(...parts.map((part) => part(data)));
  }
  if (text.startsWith('$$')) return compilePath(text.slice(2), text, ({ context }) => context);
  if (text.startsWith('$')) return compilePath(text.slice(1), text, ({ input }) => input);
  const literal: unknown = text.startsWith("'") ? text.slice(1, -1) : JSON.parse(text);
  return () => literal;
}

function compilePath(path: string, whole: string, root: Filled): Filled {
  if (!/^(?:\.[A-Za-z_]\w*)*$/.test(path))
    throw new Error(`Expected a path that the model knows, got ${whole}`);
  const names = path.split('.').slice(1);
  return (data) => {
    let value = root(data);
    for (const name of names) {
      value = (value as Record<string, unknown> | undefined | null)?.[name];
      if (value === undefined) throw new StateError('States.Runtime', `Expected a value at ${whole}`);
    }
    return value;
  };
}

/** Splits at the commas that are neither in quotes nor in parentheses. */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let [depth, isQuoted, part] = [0, false, ''];
  for (const character of text) {
    if (character === "'") isQuoted = !isQuoted;
    if (!isQuoted && character === '(') depth++;
    if (!isQuoted && character === ')') depth--;
    if (!isQuoted && depth === 0 && character === ',') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return part.trim() ? [...parts, part] : parts;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
const INTRINSICS: Readonly<Record<string, (...values: unknown[]) => unknown>> = {
  'States.Array': (...values) => values,
  'States.ArrayGetItem': (array, index) => (array as unknown[])[index as number],
  'States.Format': (format, value) => String(format).replace('{}', String(value)),
  'States.JsonToString': (value) => JSON.stringify(value),
  'States.StringToJson': (text) => JSON.parse(String(text)) as unknown,
};
