import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { openPixels } from '../../media/sharp/hardened-sharp.ts';
import type { Deployment } from './deployment.ts';
import { removeEverything, upload, waitForJobs } from './pipeline.ts';
import { expectThat, type Report, SkippedCheck } from './report.ts';
import type { Upload } from './uploads.ts';

const PATIENCE_MILLISECONDS = 3600_000;

/**
 * Uploads `count` images at once while process-image may have one execution environment only, and
 * checks that all of them complete: the others are throttled, and must come back. Takes the
 * function from all other users for that time, so that it is not done by default.
 */
export async function checkBurst(
  deployment: Deployment,
  report: Report,
  { tenant, count }: { tenant: string; count: number },
): Promise<void> {
  await report.check(
    `${count || 'many'} images at once complete with one execution environment`,
    async () => {
      if (!count)
        throw new SkippedCheck('it takes process-image from other users; set SMOKE_BURST=200 to do it');
      const uploads = await makeImages(tenant, count);
      try {
        await withConcurrency(deployment, 1, async () => {
          await Promise.all(uploads.map((file) => upload(deployment, file)));
          const deadline = Date.now() + PATIENCE_MILLISECONDS;
          const jobs = [...(await waitForJobs(deployment, { tenant, uploads, deadline })).values()];
          const lost = count - jobs.filter(({ status }) => status === 'COMPLETED').length;
          const [example] = jobs.filter(({ status }) => status !== 'COMPLETED');
          expectThat(lost === 0, `${lost} of ${count} did not, such as ${JSON.stringify(example)}`);
        });
      } finally {
        await removeEverything(deployment, tenant);
      }
    },
  );
}

async function makeImages(tenant: string, count: number): Promise<Upload[]> {
  const size = { width: 64, height: 48, channels: 3 } as const;
  return Promise.all(
    Array.from({ length: count }, async (_, i) => ({
      key: `tenants/${tenant}/users/smoke/media/burst-${i}.png`,
      // Each has bytes of its own.
      body: await openPixels({ ...size, data: Buffer.alloc(size.width * size.height * 3, `${i}.`) })
        .png()
        .toBuffer(),
    })),
  );
}

/** Reserves so many environments for process-image, and afterwards as many as before. */
async function withConcurrency(
  { functions, outputs }: Deployment,
  environments: number,
  run: () => Promise<void>,
): Promise<void> {
  const FunctionName = outputs.process_image_function;
  const reserve = async (ReservedConcurrentExecutions: number | undefined) => {
    if (ReservedConcurrentExecutions === undefined)
      await functions.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    else
      await functions.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  };
  const before = await functions.send(new GetFunctionConcurrencyCommand({ FunctionName }));
  await reserve(environments);
  try {
    await run();
  } finally {
    await reserve(before.ReservedConcurrentExecutions);
  }
}
