import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openApiDeps } from './open-api-deps.ts';
import { createApp } from './serve-api.ts';

const serve = handle(createApp(openApiDeps(process.env)));

export const handler = lambdaHandler('serve-api', (event: LambdaEvent) => serve(event));
