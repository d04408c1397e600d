import { costsAtRest } from './costs/at-rest.ts';
import { costTable, dollars, total } from './costs/cost-lines.ts';
import {
  hundredConversions,
  hundredDocuments,
  mediaConvertMinute,
  thousandImages,
  videoMinute,
} from './costs/per-job.ts';
import { mockedDeployment, type Resource, whyNoTerraform } from './mocked-deployment.ts';

/** docs/costs.md, computed: `npm run --silent costs > docs/costs.md`. A test compares the two. */
export function costReport(deployment: readonly Resource[]): string {
  const lengths = [1, 10, 60];
  const minute = (minutes: number, spot: boolean) => dollars(total(videoMinute(deployment, minutes, spot)));
  return `# What it costs

US dollars at list prices of us-east-1 as published until June 2026 (scripts/costs/prices.ts says where), without free tiers, storage and
transfer. Computed from what Terraform makes and what a job uses (scripts/costs/per-job.ts) by \`npm run costs\`.

## A month without a single upload

${costTable('for', costsAtRest(deployment))}

With \`endpoint_zones = 1\` the endpoints cost half: transcodes then wait if that zone is lost. Images, and documents that are no Office
files, never use them.

## 1,000 images (12 megapixels)

${costTable('for', thousandImages(deployment))}

## 100 documents (PDF, 14 pages)

${costTable('for', hundredDocuments(deployment))}

More if they are Office documents:

${costTable('for', hundredConversions(deployment))}

## A minute of video (1080p30 to 480p, 720p and 1080p, as MP4 and HLS)

${costTable('for', videoMinute(deployment, 10))}

| length of the video | on demand | on Spot |
| --- | ---: | ---: |
${lengths.map((minutes) => `| ${minutes} min | ${minute(minutes, false)} | ${minute(minutes, true)} |`).join('\n')}

AWS Elemental MediaConvert, basic tier, bills each minute of each output, before discounts for volume: ${dollars(total(mediaConvertMinute('MP4')))} for the three MP4s, and ${dollars(total(mediaConvertMinute('MP4 and HLS')))} with
HLS beside them. The HLS here is remuxed from the same encodes and costs no encoding.
`;
}

if (import.meta.main) {
  const reason = whyNoTerraform();
  if (reason) throw new Error(`The resources cannot be listed: ${reason}`);
  process.stdout.write(costReport(await mockedDeployment()));
}
