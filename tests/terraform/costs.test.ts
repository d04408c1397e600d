import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { estimateJobCost } from '../../core/lifecycle/estimate-job-cost.ts';
import { total } from '../../scripts/costs/cost-lines.ts';
import {
  hundredConversions,
  hundredDocuments,
  mediaConvertMinute,
  recordings,
  thousandImages,
  videoMinute,
} from '../../scripts/costs/per-job.ts';
import { costReport } from '../../scripts/costs.ts';
import { mockedDeployment } from '../../scripts/mocked-deployment.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

describeWithTerraform('the costs', () => {
  test(
    'in docs/costs.md are those of what Terraform makes',
    async () => {
      expect(readFileSync('docs/costs.md', 'utf8')).toBe(costReport(await mockedDeployment()));
    },
    PATIENCE,
  );

  test('that a backfill estimates are these, within 3 %', async () => {
    const deployment = await mockedDeployment();
    const computed = {
      image: total(thousandImages(deployment)) / 1000,
      document: total(hundredDocuments(deployment)) / 100,
      office: (total(hundredDocuments(deployment)) + total(hundredConversions(deployment))) / 100,
      ...Object.fromEntries([1, 10, 60].map((n) => [`video ${n}`, n * total(videoMinute(deployment, n))])),
      ...Object.fromEntries([4, 60, 240].map((n) => [`audio ${n}`, total(recordings(deployment, 1, n))])),
    };
    const estimated: Record<string, number> = {
      image: estimateJobCost({ kind: 'IMAGE' }, 1e6),
      document: estimateJobCost({ kind: 'DOCUMENT' }, 1e6),
      office: estimateJobCost({ kind: 'DOCUMENT', convert: true }, 1e6),
      ...Object.fromEntries(
        [1, 10, 60].map((n) => [`video ${n}`, estimateJobCost({ kind: 'VIDEO' }, n * 60e6)]),
      ),
      ...Object.fromEntries(
        [4, 60, 240].map((n) => [`audio ${n}`, estimateJobCost({ kind: 'AUDIO' }, n * 1e6)]),
      ),
    };
    const off = Object.entries(computed).filter(
      ([what, cost]) => Math.abs((estimated[what] ?? 0) / cost - 1) > 0.03,
    );
    expect(off).toEqual([]);
  });

  test('of a minute of video are below those of MediaConvert, however short the video', async () => {
    const deployment = await mockedDeployment();
    for (const minutes of [0.1, 1, 10, 60])
      expect(total(videoMinute(deployment, minutes))).toBeLessThan(total(mediaConvertMinute('MP4')));
  });
});
