/**
 * Documented limits of AWS that the local cloud keeps, with the page that states each. Read on
 * 2026-11-27.
 */
export const LIMITS = {
  /**
   * Bytes of a state's input or output, and of an execution's:
   * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
   */
  payloadBytes: 256 * 1024,
  /** Events of an execution, which fails beyond them; the same page. */
  historyEvents: 25_000,
  /**
   * Bytes of the entries of one PutEvents call:
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
   */
  putEventsBytes: 256 * 1024,
  /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
  putEventsEntries: 10,
  /**
   * Characters of RunTask's `overrides` as JSON:
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
   */
  overrideCharacters: 8_192,
  /**
   * Write units per second of one partition, and so of one item; a unit is a write of up to 1 KB:
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
   */
  itemWriteUnitsPerSecond: 1000,
  /** Read units per second of one partition; a unit is a strongly consistent read of up to 4 KB; the same page. */
  itemReadUnitsPerSecond: 3000,
  /**
   * Attempts of Lambda at an event on which a function fails. It waits a minute before the second,
   * and two minutes before the third:
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  functionAttempts: 3,
} as const;

/** Token bucket: calls at once, and calls per second after that. */
export interface Rate {
  bucket: number;
  refill: number;
}

/**
 * Rates of Step Functions by action, in the regions with the lower ones:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const STATES_RATES: Readonly<Record<string, Rate>> = {
  DescribeExecution: { bucket: 250, refill: 10 },
  DescribeStateMachine: { bucket: 200, refill: 20 },
  GetExecutionHistory: { bucket: 400, refill: 20 },
  ListExecutions: { bucket: 100, refill: 2 },
  RedriveExecution: { bucket: 800, refill: 150 },
  SendTaskFailure: { bucket: 1500, refill: 300 },
  SendTaskHeartbeat: { bucket: 1500, refill: 300 },
  SendTaskSuccess: { bucket: 1500, refill: 300 },
  StartExecution: { bucket: 800, refill: 150 },
  StopExecution: { bucket: 500, refill: 25 },
};

/**
 * Rate of RunTask on Fargate:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html
 */
export const RUN_TASK_RATE: Rate = { bucket: 20, refill: 20 };

/**
 * State transitions of Standard workflows, which wait when the bucket is empty, in the regions with
 * the lower rate. Read on 2026-11-28 in the archived source of the page, which said 5,000 and 1,500
 * for US East (N. Virginia), US West (Oregon) and Europe (Ireland); the present page may say more:
 * https://github.com/awsdocs/aws-step-functions-developer-guide/blob/28a1c1692519032cafcd0e8469a2863aa21be25d/doc_source/limits-overview.md
 */
export const TRANSITION_RATE: Rate = { bucket: 800, refill: 500 };
