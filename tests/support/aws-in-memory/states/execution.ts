import type { StateError } from './asl.ts';

type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  executionArn: string;
  name: string;
  input: string;
  status: ExecutionStatus;
  startDate: Date;
  stopDate?: Date | undefined;
  error?: string | undefined;
  cause?: string | undefined;
  output?: string | undefined;
  redriveCount: number;
  redriveTime?: Date | undefined;
  /** Raised whenever what ran before no longer counts: by an end and by a redrive. */
  generation: number;
  /** State that runs, or that a redrive resumes, with its input and the time it was entered. */
  at: { state: string; input: unknown; enteredAt: Date };
  /** States entered so far. */
  entered: string[];
}

/** Task that waits for its token. */
export interface WaitingTask {
  token: string;
  executionArn: string;
  state: string;
  generation: number;
  open: boolean;
  end: (result: unknown, error?: StateError) => void;
}

export interface StatusDetail {
  executionArn: string;
  status: ExecutionStatus;
  input: string;
  error?: string | undefined;
  cause?: string | undefined;
  redriveCount: number;
}

export const statusDetail = ({
  executionArn,
  status,
  input,
  error,
  cause,
  redriveCount,
}: Execution): StatusDetail => ({
  ...{ executionArn, status, input, error, cause, redriveCount },
});

export const isUnsuccessful = ({ status }: Execution) =>
  status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';
