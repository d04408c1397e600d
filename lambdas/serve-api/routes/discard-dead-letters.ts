import { DISCARD_REQUEST, DISCARD_RESULTS } from '../../../contract/dead-letter-api.ts';
import { route } from '../http/route.ts';
import { discardDeadLetters as discard } from '../redrive/discard-dead-letters.ts';

export const discardDeadLetters = route({
  method: 'post',
  path: '/api/media/dead-letters/discard',
  operationId: 'discardDeadLetters',
  summary:
    'Discard dead letters that nobody will redrive: archives each in the output bucket, then deletes it',
  description:
    'Selects by job, by error name, or the messages that are no dead letters. A letter whose job could not be retried is hidden for five minutes after that, and is not found until then: `deadLetters.held` counts these.',
  access: 'operator',
  body: DISCARD_REQUEST,
  responses: { 200: { description: 'The discarded letters', schema: DISCARD_RESULTS } },
  async handle(deps, { identity, body }) {
    const discarded = await discard(deps, body, identity.name);
    return {
      status: 200,
      body: { dryRun: body.dryRun, discarded, deadLetters: await deps.deadLetters.counts() },
    };
  },
});
