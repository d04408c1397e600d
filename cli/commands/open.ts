import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readConfig } from '../../base/config.ts';
import type { Job, Output } from '../../contract/job-api.ts';
import { apiCommand, cliEnvironment } from '../api-client.ts';
import { UsageError } from '../command.ts';
import { JOB_USAGE, jobPath } from '../find-job.ts';
import { isNamed } from '../is-named.ts';
import { displayName } from '../view.ts';

export const command = apiCommand({
  name: 'open',
  usage: `${JOB_USAGE} [--output NAME] [--print]`,
  summary: 'Open a job in the console, or one of its outputs, in the browser; --print only prints the link',
  examples: [
    'npm run cli -- open holiday',
    'npm run cli -- open holiday --output thumb_large',
    'npm run cli -- open JOB --print',
  ],
  options: { output: { type: 'string' }, print: { type: 'boolean' } },
  async run(api, context) {
    const { values, json, print } = context;
    const job = await api.get<Job>(await jobPath(api, context));
    const url = values.output === undefined ? pageOf(job) : linkTo(job, String(values.output));
    if (json || values.print) {
      print(json ? JSON.stringify({ jobId: job.jobId, url }) : url);
      return 0;
    }
    return openInBrowser(url);
  },
});

function pageOf({ jobId }: Job): string {
  const { MEDIA_CONSOLE_URL: console } = readConfig(cliEnvironment(), ['MEDIA_CONSOLE_URL']);
  if (!console)
    throw new UsageError(
      'Expected MEDIA_CONSOLE_URL, the address of the console (the output `console_url` of Terraform), or --output NAME.',
    );
  return new URL(`jobs/${jobId}`, `${console.replace(/\/+$/, '')}/`).href;
}

function linkTo({ outputs = [], status }: Job, name: string): string {
  const linked = outputs.filter((output): output is Output & { url: string } => output.url !== undefined);
  const found = linked.find((output) => isNamed(output, name));
  if (found) return found.url;
  const known = linked.map(({ key }) => displayName(key)).join(', ') || `none (the job is ${status})`;
  throw new UsageError(`Expected --output to name one of ${known}, got ${name}.`);
}

/** Programs that open an address in the browser that the user prefers. */
const OPENERS: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

async function openInBrowser(url: string): Promise<number> {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(program, [...args, url], { stdio: 'ignore' });
  const code = await once(opener, 'exit').then(
    ([exitCode]) => Number(exitCode ?? 1),
    () => 1,
  );
  if (code !== 0) process.stderr.write(`Could not open a browser with ${program}. The link:\n${url}\n`);
  return code === 0 ? 0 : 1;
}
