import type { Definition } from './definition.ts';
import type { Execution } from './execution.ts';
import type { TaskTokens } from './task-tokens.ts';

export interface RunContext {
  /** Context values under the names that definition.ts rewrites references to. */
  value: Record<string, unknown>;
  /**
   * Returns the token that the Parameters of the current task have read, if any. The interpreter
   * reads `$$.Task.Token` and calls the task's handler in one synchronous step, so the token
   * belongs to that task even among parallel branches.
   */
  takeToken: () => string | undefined;
  /** Counts an attempt of a task, for the `RetryCount` of its next one. */
  attempted: (state: string) => void;
}

/**
 * Creates the context object:
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function runContext(execution: Execution, definition: Definition, tokens: TaskTokens): RunContext {
  let token: string | undefined;
  const Run = {
    Id: execution.arn,
    Name: execution.name,
    Input: JSON.parse(execution.input) as unknown,
    StartTime: new Date(execution.startDate).toISOString(),
    RedriveCount: execution.redriveCount,
  };
  const Task = {
    get Token() {
      token = tokens.create();
      return token;
    },
  };
  const attempts = new Map<string, number>();
  const States = Object.fromEntries(
    [...definition.tasks.keys()].map((name) => [name, stateContext(name, () => attempts.get(name) ?? 0)]),
  );
  const StateMachine = { Id: execution.stateMachineArn, Name: execution.stateMachineArn.split(':').at(-1) };
  return {
    value: { Run, Task, States, StateMachine },
    takeToken: () => {
      const taken = token;
      token = undefined;
      return taken;
    },
    attempted: (state) => attempts.set(state, (attempts.get(state) ?? 0) + 1),
  };
}

function stateContext(name: string, retries: () => number) {
  return {
    Name: name,
    get RetryCount() {
      return retries();
    },
    get EnteredTime() {
      return new Date().toISOString();
    },
  };
}
