import { type Data, fillTemplate, lookUp } from './asl-template.ts';

interface Retrier {
  ErrorEquals: string[];
  MaxAttempts?: number;
}

export interface State {
  Type: 'Task' | 'Choice' | 'Succeed' | 'Pass' | 'Fail';
  Resource?: string;
  Parameters?: unknown;
  ResultSelector?: unknown;
  ResultPath?: string | null;
  Retry?: Retrier[];
  Catch?: { ErrorEquals: string[]; ResultPath?: string | null; Next: string }[];
  Choices?: Rule[];
  Default?: string;
  Next?: string;
  End?: boolean;
}

type Rule = { Next?: string } & Record<string, unknown>;

export interface Definition {
  StartAt: string;
  States: Record<string, State>;
}

/** Error of a state, as Retry and Catch match it. */
export class StateError extends Error {
  readonly error: string;

  constructor(error: string, cause = '') {
    super(cause);
    this.error = error;
  }
}

export const matches = ({ ErrorEquals }: { ErrorEquals: string[] }, error: string) =>
  ErrorEquals.includes('States.ALL') || ErrorEquals.includes(error);

/** Returns the output of a Task state from its result. */
export function outputOf(state: State, result: unknown, data: Data): unknown {
  const selected = state.ResultSelector
    ? fillTemplate(state.ResultSelector, { ...data, input: result })
    : result;
  return placed(state.ResultPath, data.input, selected);
}

/** Puts a result into the input at `ResultPath`: everywhere, nowhere (`null`), or at `$.a.b`. */
export function placed(path: string | null | undefined, input: unknown, result: unknown): unknown {
  if (path === null) return input;
  if (path === undefined || path === '$') return result;
  const names = path.slice(2).split('.');
  const root = structuredClone(input) as Record<string, unknown>;
  let at = root;
  for (const name of names.slice(0, -1)) {
    at[name] ??= {};
    at = at[name] as Record<string, unknown>;
  }
  at[names.at(-1) ?? ''] = result;
  return root;
}

/** Returns the state that a Choice leads to. Throws `States.NoChoiceMatched`. */
export function chosen(state: State, data: Data): string {
  const next = state.Choices?.find((rule) => holds(rule, data))?.Next ?? state.Default;
  if (!next) throw new StateError('States.NoChoiceMatched');
  return next;
}

function holds(rule: Rule, data: Data): boolean {
  for (const [name, operand] of Object.entries(rule)) {
    switch (name) {
      case 'Next':
      case 'Comment':
      case 'Variable':
        break;
      case 'Not':
        return !holds(operand as Rule, data);
      case 'And':
        return (operand as Rule[]).every((part) => holds(part, data));
      case 'Or':
        return (operand as Rule[]).some((part) => holds(part, data));
      case 'StringEquals':
      case 'BooleanEquals':
      case 'NumericEquals':
        return lookUp(String(rule.Variable), data) === operand;
      case 'IsPresent':
        return (lookUp(String(rule.Variable), data) !== undefined) === operand;
      default:
        throw new Error(`Expected a comparison that the model knows, got ${name}`);
    }
  }
  throw new Error(`Expected a comparison in ${JSON.stringify(rule)}`);
}
