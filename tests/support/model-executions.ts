import type { Executions } from '../../core/aws/executions.ts';

export interface ModelExecution {
  executionArn: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  input: string;
  redriveCount: number;
  startDate: Date;
  stopDate?: Date | undefined;
  error?: string | undefined;
  cause?: string | undefined;
  output?: string | undefined;
  /** Whether AdmitUpload has run; a redrive goes on after it. */
  admitted: boolean;
}

interface StatusEvent {
  detail: Pick<ModelExecution, 'executionArn' | 'status' | 'input' | 'redriveCount' | 'error' | 'cause'>;
}

/** Step Functions as far as a job's life depends on it, in memory: what core/aws/executions.ts asks of it, and what a test makes happen. */
export function modelExecutions(now: () => Date) {
  const all = new Map<string, ModelExecution>();
  /** Status events that nobody has been told of yet. */
  const events: StatusEvent[] = [];
  const tell = ({ executionArn, status, input, redriveCount, error, cause }: ModelExecution) =>
    events.push({ detail: { executionArn, status, input, redriveCount, error, cause } });
  const refuse = (name: string) => {
    throw Object.assign(new Error(name), { name });
  };

  const end = (execution: ModelExecution, change: Partial<ModelExecution>) => {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, { stopDate: now() }, change);
    if (change.status !== 'SUCCEEDED') tell(execution);
  };
  const start = (executionArn: string, input: string) => {
    const known = all.get(executionArn);
    if (known) return known.status === 'RUNNING' && known.input === input;
    all.set(executionArn, {
      executionArn,
      status: 'RUNNING',
      input,
      redriveCount: 0,
      startDate: now(),
      admitted: false,
    });
    return true;
  };
  const redrive = (executionArn: string) => {
    const execution = all.get(executionArn);
    if (!execution || !['FAILED', 'TIMED_OUT', 'ABORTED'].includes(execution.status))
      return refuse('ExecutionNotRedrivable');
    const redriveCount = execution.redriveCount + 1;
    Object.assign(execution, {
      status: 'RUNNING',
      redriveCount,
      stopDate: undefined,
      error: undefined,
      cause: undefined,
    });
    tell(execution);
  };

  const executions = {
    describe: async (arn: string) => {
      const execution = all.get(arn);
      if (!execution) return undefined;
      const redrivable = ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(execution.status);
      return { ...execution, redriveStatus: redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE' };
    },
    stop: async (arn: string, error: string, cause: string) => {
      const execution = all.get(arn);
      if (execution) end(execution, { status: 'ABORTED', error, cause });
    },
    start: async (machine: string, name: string, input: object) =>
      start(`${machine.replace(':stateMachine:', ':execution:')}:${name}`, JSON.stringify(input)),
    redrive: async (arn: string) => redrive(arn),
    latest: async (_machine: string, status: string, limit: number) =>
      [...all.values()]
        .filter((execution) => execution.status === status)
        .sort((a, b) => b.startDate.getTime() - a.startDate.getTime())
        .slice(0, limit)
        .map(({ executionArn, stopDate }) => ({ executionArn, stopDate })),
    lastState: async () => 'ProcessImage',
  } as unknown as Executions;

  return { executions, all, events, start, redrive, end };
}
