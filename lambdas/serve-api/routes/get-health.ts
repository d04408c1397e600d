import { HEALTH } from '../../../contract/job-api.ts';
import { route } from '../http/route.ts';

export const getHealth = route({
  method: 'get',
  path: '/api/media/health',
  operationId: 'getHealth',
  summary: 'Check that the API can reach its table',
  access: 'anyone',
  responses: {
    200: {
      description: 'The API is healthy',
      schema: HEALTH,
    },
  },
  async handle({ jobs }) {
    await jobs.get('health');
    return { status: 200, body: { status: 'healthy' } };
  },
});
