import { createWriteStream } from 'node:fs';
import { json } from 'node:stream/consumers';

/** What a function answered, on file descriptor 3. */
export interface FunctionOutcome {
  result?: unknown;
  error?: { name: string; message: string };
}

const [, , name = ''] = process.argv;
const outcome = createWriteStream('', { fd: 3 });
try {
  const { handler } = (await import(`../../lambdas/${name}/handler.ts`)) as {
    handler: (payload: unknown) => Promise<unknown>;
  };
  outcome.end(JSON.stringify({ result: (await handler(await json(process.stdin))) ?? null }));
} catch (cause) {
  const error = cause as Error;
  outcome.end(JSON.stringify({ error: { name: error.name, message: error.message } }));
}
