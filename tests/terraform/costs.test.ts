import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { total } from '../../scripts/costs/cost-lines.ts';
import { mediaConvertMinute, videoMinute } from '../../scripts/costs/per-job.ts';
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

  test('of a minute of video are below those of MediaConvert, however short the video', async () => {
    const deployment = await mockedDeployment();
    for (const minutes of [0.1, 1, 10, 60])
      expect(total(videoMinute(deployment, minutes))).toBeLessThan(total(mediaConvertMinute('MP4')));
  });
});
