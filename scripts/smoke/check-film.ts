import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from './deployment.ts';
import { outputKeys, type Row } from './pipeline.ts';
import { expectThat, type Report, SkippedCheck } from './report.ts';
import { FILM } from './uploads.ts';

/** Checks that the film was encoded in chunks, and that nothing is left of them. */
export async function checkFilm(
  deployment: Deployment,
  report: Report,
  { jobs }: { jobs: readonly Row[] },
): Promise<void> {
  await report.check('a film is encoded in chunks, by several tasks, and joined', async () => {
    if (deployment.outputs.settings.CHUNK_ABOVE_SECONDS === 0)
      throw new SkippedCheck('CHUNK_ABOVE_SECONDS is 0: no video is split');
    const job = jobs.find(({ key }) => key.endsWith(`/${FILM}`));
    expectThat(job?.status === 'COMPLETED', `the film is ${job?.status}`);
    const { rows, outputs } = deployment;
    const { Item } = await rows.send(
      new GetCommand({ TableName: outputs.job_table, Key: { jobId: job.jobId }, ConsistentRead: true }),
    );
    const states = await statesOf(deployment, String(Item?.executionArn));
    const chunks = states.filter((name) => name === 'TranscodeChunk').length;
    expectThat(
      chunks > 1 && states.includes('JoinVideo'),
      `expected several chunks and a join, got ${states.join(', ')}`,
    );
    const left = await outputKeys(deployment, `intermediate/${job.jobId}/`);
    expectThat(left.length === 0, `left behind: ${left.join(', ')}`);
  });
}

/** Names of the states that an execution has entered. */
async function statesOf({ executions }: Deployment, executionArn: string): Promise<string[]> {
  const states: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await executions.send(
      new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: 1000 }),
    );
    nextToken = page.nextToken;
    states.push(...(page.events ?? []).flatMap(({ stateEnteredEventDetails: state }) => state?.name ?? []));
  } while (nextToken);
  return states;
}
