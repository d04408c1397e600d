import { costsAtRest } from './costs/at-rest.ts';
import { costTable, dollars, total } from './costs/cost-lines.ts';
import {
  filmInChunks,
  hundredConversions,
  hundredDocuments,
  mediaConvertMinute,
  recordings,
  thousandImages,
  videoMinute,
  videoTaskHours,
  waiting,
} from './costs/per-job.ts';
import { PRICES } from './costs/prices.ts';
import { mockedDeployment, type Resource, whyNoTerraform } from './mocked-deployment.ts';

/** Computes docs/costs.md: `npm run --silent costs > docs/costs.md`. A test compares the two. */
export function costReport(deployment: readonly Resource[]): string {
  const lengths = [1, 10, 60];
  const hour = videoTaskHours(deployment);
  const minute = (minutes: number, spot: boolean) => dollars(total(videoMinute(deployment, minutes, spot)));
  return `# Costs

US dollars at list prices of us-east-1 as published until June 2026 (sources: scripts/costs/prices.ts), excluding free tiers, storage and
data transfer. Computed from the Terraform resources and the resource use of a job (scripts/costs/per-job.ts) by \`npm run costs\`.

## An idle month

${costTable('item', costsAtRest(deployment))}

With \`endpoint_zones = 1\` the endpoints cost half, but Fargate tasks cannot run if that Availability Zone fails. Images, and documents other than Office
files, never use the endpoints.

## 1,000 images (12 megapixels)

${costTable('item', thousandImages(deployment))}

## 100 documents (PDF, 14 pages)

${costTable('item', hundredDocuments(deployment))}

Additional cost of Office documents:

${costTable('item', hundredConversions(deployment))}

## A minute of video (1080p30 to 480p, 720p and 1080p, as MP4 and HLS)

${costTable('item', videoMinute(deployment, 10))}

| length of the video | on-demand | Spot |
| --- | ---: | ---: |
${lengths.map((minutes) => `| ${minutes} min | ${minute(minutes, false)} | ${minute(minutes, true)} |`).join('\n')}

A film (\`settings.CHUNK_ABOVE_SECONDS\`) is encoded in chunks by many tasks ([ADR 27](adr/0027-films-over-many-tasks.md)). Of two hours, which cost
${dollars(120 * total(videoMinute(deployment, 120)))} in one task, that costs besides:

${costTable('item', filmInChunks(deployment, 120))}

A video whose task runs out of memory, disk or time is transcoded again by a larger one ([ADR 23](adr/0023-larger-tasks.md)): an hour of it costs ${dollars(hour.larger)}
instead of ${dollars(hour.normal)}.

For comparison: AWS Elemental MediaConvert (basic tier) bills per minute of each output, before volume discounts: ${dollars(total(mediaConvertMinute('MP4')))} for the three MP4s, and ${dollars(total(mediaConvertMinute('MP4 and HLS')))} with
additional HLS. Here, HLS is remuxed from the same encodes without extra encoding.

## 100 recordings (4 minutes)

${costTable('item', recordings(deployment, 100, 4))}

## A burst of 10,000 uploads

All at once, so that nearly all wait in line. A waiting job costs reads and writes of the queue table, whatever the length of the wait:
\`npm run simulate -- burst\` counts them.

| uploads | work and transitions | waiting |
| --- | ---: | ---: |
| images, with \`MAX_CONCURRENT_IMAGES\` | ${dollars(10 * total(thousandImages(deployment)))} | ${dollars(waiting(10_000))} |
| PDFs of 14 pages, with \`MAX_CONCURRENT_DOCUMENTS\` | ${dollars(100 * total(hundredDocuments(deployment)))} | ${dollars(waiting(10_000))} |
| Office documents | ${dollars(100 * (total(hundredDocuments(deployment)) + total(hundredConversions(deployment))))} | ${dollars(waiting(10_000))} |
| videos of 2 minutes | ${dollars(20_000 * total(videoMinute(deployment, 2)))} | ${dollars(waiting(10_000))} |

Without a queue, a throttled image or document is tried again by Step Functions, at ${dollars(1000 * PRICES.stepFunctions.transition)} per thousand tries.
`;
}

if (import.meta.main) {
  const reason = whyNoTerraform();
  if (reason) throw new Error(`The resources cannot be listed: ${reason}`);
  process.stdout.write(costReport(await mockedDeployment()));
}
