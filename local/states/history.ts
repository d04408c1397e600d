import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readIfPresent, replaceFile } from '../../base/files.ts';
import type { Execution, ExecutionStatus } from './execution.ts';

/**
 * Line in an execution's file. Types and details are those of Step Functions; `state` is the state
 * the event belongs to, and `iteration` that of an inline Map state, such as `Each[3]`, which AWS
 * does not include.
 */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  /** ISO 8601. */
  timestamp: string;
  type: string;
  state?: string | undefined;
  iteration?: string | undefined;
  details?: Record<string, unknown> | undefined;
}

type Head = Pick<Execution, 'arn' | 'name' | 'stateMachineArn' | 'definition' | 'input' | 'startDate'>;

/**
 * Stores executions as readable files, `executions/{name}.jsonl`, and the definitions they were
 * started with.
 */
export class Histories {
  private readonly executions: string;
  private readonly definitions: string;

  constructor(directory: string) {
    this.executions = join(directory, 'executions');
    this.definitions = join(directory, 'state-machines');
    mkdirSync(this.executions, { recursive: true });
  }

  begin({ arn, name, stateMachineArn, definition, input, startDate }: Execution): void {
    const execution: Head = { arn, name, stateMachineArn, definition, input, startDate };
    replaceFile(this.fileOf(name), `${JSON.stringify({ execution })}\n`);
  }

  /** Appends an event and returns its ID. */
  append(
    execution: Execution,
    event: Pick<HistoryEvent, 'type' | 'details' | 'state' | 'iteration'> & { previousEventId?: number },
  ): number {
    const { type, state, iteration, details, previousEventId = execution.events } = event;
    execution.events += 1;
    const timestamp = new Date().toISOString();
    const place = { id: execution.events, previousEventId, timestamp };
    const line: HistoryEvent = { ...place, type, state, iteration, details };
    appendFileSync(this.fileOf(execution.name), `${JSON.stringify(line)}\n`);
    return line.id;
  }

  read(execution: Pick<Execution, 'name'>): HistoryEvent[] {
    return lines(readFileSync(this.fileOf(execution.name), 'utf8')).slice(1) as HistoryEvent[];
  }

  /** Returns an execution as its file tells it. */
  load(name: string): Execution {
    const path = this.fileOf(name);
    const text = readFileSync(path, 'utf8');
    // An incomplete last line was being written when the process was killed.
    if (!text.endsWith('\n')) replaceFile(path, text.slice(0, text.lastIndexOf('\n') + 1));
    const [head, ...events] = lines(text) as [{ execution: Head }, ...HistoryEvent[]];
    return replay(head.execution, events);
  }

  names(): string[] {
    return readdirSync(this.executions)
      .filter((file) => file.endsWith('.jsonl'))
      .map((file) => basename(file, '.jsonl'));
  }

  keepDefinition(id: string, text: string): void {
    replaceFile(join(this.definitions, `${id}.asl.json`), text);
  }

  definition(id: string): string {
    const text = readIfPresent(join(this.definitions, `${id}.asl.json`));
    if (text === undefined)
      throw new Error(`Expected the definition ${id} in ${this.definitions}, found none`);
    return text;
  }

  private fileOf(name: string): string {
    return join(this.executions, `${name}.jsonl`);
  }
}

const lines = (text: string): unknown[] =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

const ENDS: Record<string, ExecutionStatus> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

function replay(head: Head, events: readonly HistoryEvent[]): Execution {
  const execution: Execution = { ...head, status: 'RUNNING', redriveCount: 0, events: events.length };
  for (const { type, timestamp, details = {} } of events) {
    const status = ENDS[type];
    if (details.topLevel) execution.current = { state: String(details.name), input: String(details.input) };
    if (type === 'ExecutionRedriven') {
      execution.redriveCount += 1;
      execution.redriveDate = Date.parse(timestamp);
    }
    if (!status && type !== 'ExecutionRedriven') continue;
    const { output, error, cause } = details as Partial<Record<'output' | 'error' | 'cause', string>>;
    const stopDate = status && Date.parse(timestamp);
    Object.assign(execution, { status: status ?? 'RUNNING', stopDate, output, error, cause });
  }
  return execution;
}
