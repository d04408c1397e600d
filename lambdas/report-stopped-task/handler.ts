import { sfn } from '../../core/aws/clients.ts';
import { TaskTokens } from '../../core/aws/task-tokens.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { reportStoppedTask } from './report-stopped-task.ts';

const tokens = new TaskTokens(sfn());

export const handler = lambdaHandler('report-stopped-task', (event: unknown) =>
  reportStoppedTask(tokens, event),
);
