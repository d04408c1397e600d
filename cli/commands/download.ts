import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Job, Output } from '../../contract/job-api.ts';
import { apiCommand } from '../api-client.ts';
import { UsageError } from '../command.ts';
import { JOB_USAGE, jobPath } from '../find-job.ts';
import { isNamed } from '../is-named.ts';
import { displayName } from '../view.ts';

export const command = apiCommand({
  name: 'download',
  usage: `${JOB_USAGE} [--only NAME,…] [--to DIR]`,
  summary: 'Save the outputs of a completed job as files, each compared with the manifest',
  examples: [
    'npm run cli -- download job_abcdefghijklmnopqrstuvwxyz --to outputs',
    'npm run cli -- download holiday --only thumb_small,metadata',
  ],
  options: { only: { type: 'string' }, to: { type: 'string', default: '.' } },
  async run(api, context) {
    const { values, json, print } = context;
    const job = await api.get<Job>(await jobPath(api, context));
    const only = values.only === undefined ? undefined : String(values.only).split(',').filter(Boolean);
    const chosen = chooseOutputs(job.outputs ?? [], only);
    const directory = resolve(String(values.to));
    await mkdir(directory, { recursive: true });
    const files: string[] = [];
    for (const output of chosen) {
      files.push(await save(output, directory));
      if (!json) print(files.at(-1) ?? '');
    }
    if (json) print(JSON.stringify({ status: job.status, files }));
    else if (!job.outputs) print(whyNone(job));
    else if (job.playlistUrl) print('Not saved: the HLS stream, which players fetch by its playlist.');
    return job.outputs ? 0 : 1;
  },
});

function whyNone({ jobId, status, outputsReplacedBy, outputsRemovedAt }: Job): string {
  if (outputsReplacedBy) return `The outputs of ${jobId} were replaced by those of ${outputsReplacedBy}.`;
  if (outputsRemovedAt) return `The outputs of ${jobId} were removed at ${outputsRemovedAt}.`;
  return `${jobId} is ${status} and has no outputs.`;
}

/** Parts of an HLS stream: playlists, and segments that have no links. */
const isOfStream = ({ key }: Output) => /_hls\/(?:[^/]+\/)?[^/]+$/.test(key);

/** Throws `UsageError` for a name that no output has. */
function chooseOutputs(outputs: readonly Output[], names: readonly string[] | undefined): Output[] {
  const files = outputs.filter((output) => !isOfStream(output));
  if (!names) return files;
  const unknown = names.filter((name) => !files.some((output) => isNamed(output, name)));
  if (unknown.length === 0) return files.filter((output) => names.some((name) => isNamed(output, name)));
  const known = files.map(({ key }) => displayName(key)).join(', ') || 'none';
  throw new UsageError(
    `Expected --only to name outputs, got ${unknown.join(', ')}. The outputs are: ${known}.`,
  );
}

/**
 * Saves an output under the last part of its key, and returns the path. The file appears once it is
 * whole and its SHA-256 is the manifest's.
 */
async function save({ key, url = '', sha256 }: Output, directory: string): Promise<string> {
  const name = displayName(key);
  const response = await fetch(url);
  if (!response.ok || !response.body)
    throw new Error(`Expected to download ${name}, got status ${response.status}.`);
  const file = join(directory, name);
  const partial = `${file}.${process.pid}.part`;
  const hash = createHash('sha256');
  try {
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(partial),
    );
    const found = hash.digest('hex');
    if (found !== sha256) throw new Error(`Expected ${name} to have the SHA-256 ${sha256}, got ${found}.`);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  return file;
}
