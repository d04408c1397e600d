// One contestant: the product's own image code, without AWS. Arguments: photo, folder for the outputs.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderImage } from '../../lambdas/process-image/render-image.ts';
import { LIMITS, photo, report, target } from './contestant.ts';

await report(async () => {
  await renderImage(photo, LIMITS, async ({ name, body }) => {
    if (Buffer.isBuffer(body)) await writeFile(join(target, name), body);
  });
});
