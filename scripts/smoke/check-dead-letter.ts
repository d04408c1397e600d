import { setTimeout as sleep } from 'node:timers/promises';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { type DeadLetter, parseDeadLetter } from '../../contract/dead-letter.ts';
import type { Deployment } from './deployment.ts';
import type { Row } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';

const PATIENCE_MILLISECONDS = 120_000;

/**
 * Starts an execution whose input is not an upload, as an operator might by mistake. It must fail
 * and leave a dead letter, which is then removed; other dead letters are made visible again.
 * Rejected uploads must leave none.
 */
export async function checkDeadLetter(
  deployment: Deployment,
  report: Report,
  { jobs }: { jobs: readonly Row[] },
): Promise<void> {
  await report.check('an internal failure leaves a dead letter, a rejected upload does not', async () => {
    const { outputs, executions } = deployment;
    const command = new StartExecutionCommand({
      stateMachineArn: outputs.state_machine_arn,
      input: '{"smoke":"test"}',
    });
    const { executionArn = '' } = await executions.send(command);
    const seen = await takeLetter(deployment, executionArn);
    const ours = new Set(jobs.filter(({ status }) => status === 'REJECTED').map(({ jobId }) => jobId));
    const wrong = seen.filter(({ jobId }) => jobId !== null && ours.has(jobId));
    expectThat(
      wrong.length === 0,
      `rejected uploads left dead letters: ${wrong.map(({ jobId }) => jobId).join(', ')}`,
    );
  });
}

/**
 * Waits for the dead letter of an execution and removes it. Returns all that were seen meanwhile.
 * Throws if it does not arrive.
 */
export async function takeLetter(deployment: Deployment, executionArn: string): Promise<DeadLetter[]> {
  const isOurs = (letter: DeadLetter) => letter.executionArn === executionArn;
  const seen: DeadLetter[] = [];
  for (const deadline = Date.now() + PATIENCE_MILLISECONDS; !seen.some(isOurs); await sleep(500)) {
    expectThat(Date.now() < deadline, `no dead letter of ${executionArn} arrived`);
    seen.push(...(await readLetters(deployment, isOurs)));
  }
  return seen;
}

/** Removes our dead letters, and makes the others visible again. */
async function readLetters(
  { queues, outputs }: Deployment,
  ours: (letter: DeadLetter) => boolean,
): Promise<DeadLetter[]> {
  const QueueUrl = outputs.dead_letter_queue_url;
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 1,
    VisibilityTimeout: 30,
  });
  const { Messages = [] } = await queues.send(command);
  const letters = await Promise.all(
    Messages.map(async ({ Body = '', ReceiptHandle }: Message) => {
      const letter = parseDeadLetter(Body);
      if (letter && ours(letter)) await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      else
        await queues.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
        );
      return letter;
    }),
  );
  return letters.filter((letter) => letter !== undefined);
}
