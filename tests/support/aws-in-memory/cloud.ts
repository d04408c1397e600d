import type { Random } from '../random.ts';
import { awsError } from './aws-error.ts';
import { dynamoCalls } from './dynamo/dynamo-calls.ts';
import { DynamoTable } from './dynamo/dynamo-table.ts';
import { queueCalls } from './dynamo/queue-calls.ts';
import type { S3Bucket } from './s3/s3-bucket.ts';
import { s3Calls } from './s3/s3-calls.ts';
import { sinks } from './sinks.ts';
import { sfnCalls } from './states/sfn-calls.ts';
import type { StateMachine } from './states/state-machine.ts';
import type { Process, Turns } from './turns.ts';

/** Probability of each fault per call. */
export interface Faults {
  /** The call fails without effect. */
  refused: number;
  /** The call takes effect, its answer is lost, and the SDK sends it again. */
  repeated: number;
  /** The call takes effect, and fails for the caller. */
  lost: number;
}

interface Options {
  turns: Turns;
  random: Random;
  now: () => number;
  buckets: ReadonlyMap<string, S3Bucket>;
  machine: StateMachine;
  /** Name of the table with a partition key and a sort key. */
  queueTable?: string;
  /** Objects and versions per page. */
  pageSize?: number;
  faults?: Faults;
}

type Call = (input: object) => object | Promise<object>;
type Command = { input: object; constructor: { name: string } };
type SendOptions = { abortSignal?: AbortSignal };

/** AWS in memory: two tables, buckets, one state machine, and sinks for messages and events. */
export function memoryCloud({
  turns,
  random,
  now,
  buckets,
  machine,
  pageSize = 1000,
  queueTable,
  ...options
}: Options) {
  const table = new DynamoTable(now);
  const { messages, events, calls: sinkCalls } = sinks(now);
  const service = turns.process('S3');
  const faults = options.faults ?? { refused: 0, repeated: 0, lost: 0 };
  const calls = {
    ...dynamoCalls(table, random, now),
    ...s3Calls({ buckets, pageSize, between: () => turns.take(service, 'DeleteObjects goes on') }),
    ...sfnCalls(machine),
    ...sinkCalls,
  } as unknown as Record<string, Call>;
  const queue = queueCalls(now);
  const queued = queue.calls as unknown as Record<string, Call>;
  const counts = { calls: 0 };
  const callOf = (name: string, input: object) => {
    const { TableName, RequestItems = {} } = input as { TableName?: string; RequestItems?: object };
    const isQueue = queueTable && (TableName === queueTable || queueTable in RequestItems);
    return isQueue ? queued[name] : calls[name];
  };

  const takeEffect = async (call: Call, input: object): Promise<{ answer: object } | { error: unknown }> => {
    try {
      const answer = await call(input);
      return { answer: random.chance(faults.repeated) ? await call(input) : answer };
    } catch (error) {
      return { error };
    }
  };

  /**
   * Returns a client, of any service, for one process: each call waits for a turn before and after
   * it takes effect. If the process is killed, the call never returns.
   */
  const client = (
    process: Process,
  ): { send: (command: Command, options?: SendOptions) => Promise<object> } => ({
    send: async (command, { abortSignal } = {}) => {
      const { name } = command.constructor;
      const call = callOf(name, command.input);
      if (!call) throw new Error(`Expected a command that the model knows, got ${name}`);
      const label = `${name} ${nameOf(command.input)}`;
      counts.calls++;
      const aborted = () => {
        if (abortSignal?.aborted) throw awsError('AbortError', 0);
      };
      await turns.take(process, label);
      aborted();
      if (random.chance(faults.refused)) throw awsError('ServiceUnavailable', 503, `${name} refused`);
      const outcome = await takeEffect(call, command.input);
      await turns.take(process, `${label} done`);
      aborted();
      if ('error' in outcome) throw outcome.error;
      if (random.chance(faults.lost)) throw awsError('TimeoutError', 0, `${name} answered too late`);
      return outcome.answer;
    },
  });

  return { table, queue: queue.items, messages, events, counts, faults, client };
}

function nameOf(input: object): string {
  const { Key, Item, Prefix, executionArn } = input as Record<string, unknown>;
  const idOf = ({ jobId, pk, sk }: Record<string, string>) => (pk ? `${pk} ${sk}` : jobId);
  const key = typeof Key === 'object' && Key ? idOf(Key as Record<string, string>) : Key;
  const name = key ?? (Item && idOf(Item as Record<string, string>)) ?? Prefix ?? executionArn ?? '';
  return String(name).split('/').slice(-1).join('').slice(-40);
}
