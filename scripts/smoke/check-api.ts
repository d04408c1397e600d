import type { Deployment } from './deployment.ts';
import { invokeApi } from './invoke-api.ts';
import type { Row } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';

/** Checks the API's routes by invoking the function as API Gateway would for a signed request. */
export async function checkApi(
  deployment: Deployment,
  report: Report,
  { tenant, jobs }: { tenant: string; jobs: readonly Row[] },
): Promise<void> {
  await report.check('the API lists the jobs, with links to their outputs', async () => {
    const list = await call<{ jobs: { jobId: string }[] }>(
      deployment,
      '/api/media/jobs',
      `tenant=${tenant}&limit=50`,
    );
    const missing = jobs.filter(({ jobId }) => !list.jobs.some((job) => job.jobId === jobId));
    expectThat(missing.length === 0, `not listed: ${missing.map(({ key }) => key).join(', ')}`);
    const completed = jobs.find(({ status }) => status === 'COMPLETED');
    if (!completed) return;
    const job = await call<{ status: string }>(deployment, `/api/media/jobs/${completed.jobId}`, '');
    expectThat(job.status === 'COMPLETED', `the API returned ${job.status} for ${completed.key}`);
  });
  await report.check('a stream plays using only the links in its playlists', async () => {
    const video = jobs.find(({ kind, status }) => kind === 'VIDEO' && status === 'COMPLETED');
    expectThat(video, 'no video was completed');
    const view = await call<{ playlistUrl?: string }>(deployment, `/api/media/jobs/${video.jobId}`, '');
    // ENABLE_HLS_TRANSCODING may be disabled.
    if (!view.playlistUrl) return;
    const rendition = uris(await invokeApi(deployment, view.playlistUrl))[0];
    expectThat(rendition, 'the master playlist lists no rendition');
    const folder = view.playlistUrl.slice(0, view.playlistUrl.lastIndexOf('/') + 1);
    const segment = uris(await invokeApi(deployment, folder + rendition))[0];
    expectThat(
      segment && URL.canParse(segment),
      `expected a link for the first segment of ${rendition}, got ${segment}`,
    );
    const { status } = await fetch(segment);
    expectThat(status === 200, `S3 answered ${status} to the link of the first segment`);
  });
}

const uris = (playlist: string) =>
  playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

async function call<Answer>(deployment: Deployment, path: string, query: string): Promise<Answer> {
  return JSON.parse(await invokeApi(deployment, path, { query })) as Answer;
}
