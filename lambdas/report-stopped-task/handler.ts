import { sfn } from '../../core/aws/clients.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { reportStoppedTask } from './report-stopped-task.ts';

const client = sfn();

export const handler = lambdaHandler('report-stopped-task', (event: unknown) =>
  reportStoppedTask(client, event),
);
