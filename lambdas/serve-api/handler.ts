import { handle } from 'hono/aws-lambda';
import { openApiDeps } from './open-api-deps.ts';
import { createApp } from './serve-api.ts';

export const handler = handle(createApp(openApiDeps(process.env)));
