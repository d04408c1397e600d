import { splitArguments } from '../../../../scripts/simulate/states/template.ts';
/** Data that a state sees: its input, and the context object (`$$`). */
export interface Data {
  input: unknown;
  context: unknown;
}

/**
 * Fills in a payload template: a field whose name ends in `.$` is a path or an intrinsic function.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
export function fillTemplate(template: unknown, data: Data): unknown {
  if (Array.isArray(template)) return template.map((part) => fillTemplate(part, data));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$')
        ? [name.slice(0, -2), evaluate(String(value), data)]
        : [name, fillTemplate(value, data)],
    ),
  );
}

/** Evaluates `$.a.b`, `$$.a.b`, a literal, or an intrinsic function of these. */
function evaluate(text: string, data: Data): unknown {
  const expression = text.trim();
  if (expression.startsWith('States.')) {
    const [, name = '', inner = ''] = /^(States\.\w+)\((.*)\)$/s.exec(expression) ?? [];
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) throw new Error(`Expected an intrinsic function that the model knows, got ${expression}`);
    return intrinsic(...splitArguments(inner).map((argument) => evaluate(argument, data)));
  }
  if (expression.startsWith('$$')) return follow(data.context, expression.slice(2), expression);
  if (expression.startsWith('$')) return follow(data.input, expression.slice(1), expression);
  if (expression.startsWith("'")) return expression.slice(1, -1).replaceAll("\\'", "'");
  return JSON.parse(expression);
}

/** Follows `.a.b[0]`. Throws where there is nothing: Step Functions fails with States.Runtime. */
function follow(root: unknown, path: string, whole: string): unknown {
  let value = root;
  for (const [, name, index] of path.matchAll(/\.([A-Za-z_]\w*)|\[(\d+)\]/g)) {
    value = (value as Record<string, unknown> | undefined | null)?.[name ?? index ?? ''];
    if (value === undefined) throw new Error(`Expected a value at ${whole}`);
  }
  return value;
}

/** Returns the value at a path, or undefined. */
export function lookUp(path: string, data: Data): unknown {
  try {
    return evaluate(path, data);
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
const INTRINSICS: Readonly<Record<string, (...values: unknown[]) => unknown>> = {
  'States.Array': (...values) => values,
  'States.ArrayGetItem': (array, index) => (array as unknown[])[index as number],
  'States.Format': (format, ...values) => {
    const rest = [...values];
    return String(format).replaceAll('{}', () => {
      const value = rest.shift();
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
  },
  'States.JsonToString': (value) => JSON.stringify(value),
  'States.StringToJson': (text) => JSON.parse(String(text)),
  'States.MathAdd': (a, b) => (a as number) + (b as number),
  'States.JsonMerge': (a, b) => ({ ...(a as object), ...(b as object) }),
};
