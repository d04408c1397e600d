import { randomBytes } from 'node:crypto';
import { checkApi } from './smoke/check-api.ts';
import { checkBackfill } from './smoke/check-backfill.ts';
import { checkBurst } from './smoke/check-burst.ts';
import { checkDeadLetter } from './smoke/check-dead-letter.ts';
import { checkDeletion } from './smoke/check-deletion.ts';
import { checkFilm } from './smoke/check-film.ts';
import { checkGateway } from './smoke/check-gateway.ts';
import { checkJob } from './smoke/check-job.ts';
import { checkJobEvents } from './smoke/check-job-events.ts';
import { checkProfiles } from './smoke/check-profiles.ts';
import { checkRepairs } from './smoke/check-repairs.ts';
import { openDeployment } from './smoke/deployment.ts';
import { subscribeToJobEvents } from './smoke/job-events.ts';
import { removeEverything, upload, waitForJobs } from './smoke/pipeline.ts';
import { Report } from './smoke/report.ts';
import { makeUploads } from './smoke/uploads.ts';

/**
 * Tests a deployment from outside, as a user and an operator would: uploads one file of each kind,
 * a film to split and a broken file, waits, and checks executions, job rows, outputs, dead letters, the API, the
 * repairs and the removal of outputs. Cleans up after itself. What an emulator does not offer is
 * reported as skipped.
 *
 * OUTPUTS: file with `terraform output -json`; AWS_ENDPOINT_URL, region and credentials as for
 * every AWS tool; SMOKE_TIMEOUT: seconds (900); SMOKE_BURST: images of a burst (0).
 */
async function smoke(): Promise<void> {
  const deployment = await openDeployment(process.env.OUTPUTS);
  const tenant = `smoke-${randomBytes(4).toString('hex')}`;
  const report = new Report();
  const started = Date.now();
  const events = await subscribeToJobEvents(deployment, tenant);
  try {
    const uploads = await makeUploads(tenant, deployment.outputs.settings);
    await Promise.all(uploads.map((file) => upload(deployment, file)));
    console.log(`${uploads.length} files uploaded as tenant ${tenant}; waiting`);
    const seconds = Number(process.env.SMOKE_TIMEOUT ?? 900);
    const jobs = await waitForJobs(deployment, { tenant, uploads, deadline: started + seconds * 1000 });
    for (const file of uploads) await checkJob(deployment, report, { file, job: jobs.get(file.key) });
    await checkFilm(deployment, report, { jobs: [...jobs.values()] });
    await checkApi(deployment, report, { tenant, jobs: [...jobs.values()] });
    await checkGateway(deployment.outputs, report);
    await checkJobEvents(deployment, report, { tenant, events });
    await checkDeadLetter(deployment, report, { jobs: [...jobs.values()] });
    await checkRepairs(deployment, report, { jobs: [...jobs.values()] });
    await checkBackfill(deployment, report, { tenant, jobs: [...jobs.values()] });
    const [photo] = uploads;
    if (photo) await checkProfiles(deployment, report, { tenant, photo });
    await checkDeletion(deployment, report, { uploads, jobs });
    const count = Number(process.env.SMOKE_BURST ?? 0);
    await checkBurst(deployment, report, { tenant: `${tenant}-burst`, count });
  } finally {
    await events.close().finally(() => removeEverything(deployment, tenant));
  }
  report.print(Math.round((Date.now() - started) / 1000));
  process.exitCode = report.failed ? 1 : 0;
}

await smoke();
