import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { readConfig } from '../../base/config.ts';
import { replaceFile } from '../../base/files.ts';
import { type Command, UsageError } from '../../cli/command.ts';
import type { Listening } from '../http/listen.ts';
import { productEnvironment, RESOURCES } from '../resources.ts';
import { checkPorts } from '../running/check-ports.ts';
import {
  describeRunning,
  publishEndpoints,
  runningCloud,
  withdrawEndpoints,
} from '../running/running-cloud.ts';
import { oneEnded, starters } from '../running/starter.ts';

/** Where the command line expects the API by default. */
const API_PORT = Number(new URL(readConfig({}, ['MEDIA_API_URL']).MEDIA_API_URL).port);
/** Fixed ports, so that environment variables set in a shell stay valid across restarts. */
const PORTS = { storage: 4566, tables: 4567, control: 4568, api: API_PORT, console: API_PORT + 1 };

export const command: Command = {
  name: 'start',
  usage: '[--directory DIR] [--ports fixed|free] [--no-console]',
  summary: 'Run the local cloud until Ctrl-C; its data is kept in .local/cloud',
  examples: ['npm run cli -- start', 'npm run cli -- start --directory /tmp/cloud --ports free'],
  options: {
    directory: { type: 'string', default: '.local/cloud' },
    ports: { type: 'string', default: 'fixed' },
    'no-console': { type: 'boolean' },
  },
  async run({ values, print, json }) {
    const directory = resolve(String(values.directory));
    if (values.ports !== 'fixed' && values.ports !== 'free')
      throw new UsageError(`Expected --ports to be fixed or free, got ${values.ports}.`);
    const fixed = values.ports === 'fixed';
    const other = runningCloud(directory);
    if (other) {
      print(json ? JSON.stringify({ running: other }) : describeRunning(other, directory));
      return 1;
    }
    if (fixed) await checkPorts(values['no-console'] ? { ...PORTS, console: 0 } : PORTS);
    // Those of a cloud that was killed.
    withdrawEndpoints(directory);
    // Before the work: make or npm may end while the cloud starts.
    const startedBy = starters();
    // Imported here only: they would slow every other command down by a second.
    const [{ apiEnvironment, startProduct }, { serveApi }] = await Promise.all([
      import('../product.ts'),
      import('../api.ts'),
    ]);
    const cloud = await startProduct({ directory, ...(fixed && { ports: PORTS }) });
    const product = { ...cloud.environment, ...productEnvironment(cloud.urls.storage) };
    const api = await serveApi(apiEnvironment(cloud), fixed ? PORTS.api : 0);
    const page = values['no-console']
      ? undefined
      : await startConsole(api.url, directory, fixed ? PORTS.console : 0);
    const environment = { ...product, MEDIA_API_URL: api.url, ...(page && { MEDIA_CONSOLE_URL: page.url }) };
    replaceFile(join(directory, 'endpoints.json'), `${JSON.stringify(environment, null, 2)}\n`);
    publishEndpoints(directory, {
      since: new Date().toISOString(),
      ...{ apiUrl: api.url, consoleUrl: page?.url },
    });
    print(
      json
        ? JSON.stringify({ ...environment, console: page?.url })
        : welcome(environment, directory, page?.url),
    );
    const over = new AbortController();
    await Promise.race([
      once(process, 'SIGINT'),
      once(process, 'SIGTERM'),
      once(process, 'SIGHUP'),
      oneEnded(startedBy, over.signal),
    ]);
    over.abort();
    withdrawEndpoints(directory);
    await page?.close();
    await api.close();
    await cloud.stop();
    return 0;
  },
};

async function startConsole(apiUrl: string, directory: string, port: number): Promise<Listening> {
  const [{ buildConsole }, { serveConsole }] = await Promise.all([
    import('../../console/build.ts'),
    import('../console.ts'),
  ]);
  const built = join(directory, 'console');
  await buildConsole(built);
  return serveConsole({ apiUrl, directory: built, port });
}

function welcome(environment: Record<string, string>, directory: string, page = 'not started'): string {
  const wanted = Object.entries(environment).filter(
    ([name]) => name.startsWith('AWS_') && name !== 'AWS_EC2_METADATA_DISABLED',
  );
  const upload = `aws s3 cp photo.jpg s3://${RESOURCES.mediaBucket}/tenants/acme/users/ann/media/photo.jpg`;
  return [
    `The local cloud is running; its data is in ${directory}.`,
    '',
    `The console:             ${page}`,
    '',
    'In another shell, for the AWS CLI or any AWS SDK:',
    ...wanted.map(([name, value]) => `  export ${name}=${value}`),
    '',
    `Upload:                  ${upload}`,
    `See the outputs:         aws s3 ls --recursive s3://${RESOURCES.outputBucket}/`,
    'See the jobs:            npm run cli -- jobs',
    `The job API:             ${environment.MEDIA_API_URL}/api/media/jobs`,
    `See the executions:      aws stepfunctions list-executions --state-machine-arn ${environment.STATE_MACHINE_ARN}`,
    '',
    'Ctrl-C here stops it, or `make stop` in another shell.',
  ].join('\n');
}
