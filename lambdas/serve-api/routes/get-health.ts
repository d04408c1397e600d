import { HEALTH } from '../../../contract/job-api.ts';
import { route } from '../http/route.ts';

export const getHealth = route({
  method: 'get',
  path: '/api/media/health',
  operationId: 'getHealth',
  summary: 'Whether the API reaches its table',
  access: 'anyone',
  responses: {
    200: {
      description: 'It does',
      schema: HEALTH,
    },
  },
  async handle({ jobs }) {
    await jobs.get('health');
    return { status: 200, body: { status: 'healthy' } };
  },
});
