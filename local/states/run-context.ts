import type { Definition } from './definition.ts';
import type { Execution } from './execution.ts';
import type { TaskTokens } from './task-tokens.ts';

export interface RunContext {
  /** Under the names that definition.ts rewrites references to. */
  value: Record<string, unknown>;
  /**
   * The token that the Parameters of the task now called have read, if they did. Reading `$$.Task.Token` and calling the task's handler
   * are one synchronous step of the interpreter, so it is the task's own even among parallel branches.
   */
  takeToken: () => string | undefined;
}

/** The context object: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
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
  const States = Object.fromEntries([...definition.tasks.keys()].map((name) => [name, stateContext(name)]));
  const StateMachine = { Id: execution.stateMachineArn, Name: execution.stateMachineArn.split(':').at(-1) };
  return {
    value: { Run, Task, States, StateMachine },
    takeToken: () => {
      const taken = token;
      token = undefined;
      return taken;
    },
  };
}

function stateContext(name: string) {
  return {
    Name: name,
    get EnteredTime() {
      return new Date().toISOString();
    },
  };
}
