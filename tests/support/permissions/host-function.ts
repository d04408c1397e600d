import type { Hosted, HostedOutcome } from './function-hosts.ts';

// Serves the invocations of one function in a process of its own, as an execution environment of
// Lambda does, but several at a time.
const [, , name = ''] = process.argv;
const { handler } = (await import(`../../../lambdas/${name}/handler.ts`)) as {
  handler: (payload: unknown, context?: unknown) => Promise<unknown>;
};

process.on('message', async ({ id, payload }: Hosted) => {
  const answer = (outcome: Omit<HostedOutcome, 'id'>) => process.send?.({ id, ...outcome });
  try {
    answer({ result: (await handler(payload)) ?? null });
  } catch (cause) {
    const { name: error, message } = cause as Error;
    answer({ error: { name: error, message } });
  }
});
process.send?.({ id: 0 });
