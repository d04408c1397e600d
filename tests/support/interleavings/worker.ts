import { MediaError } from '../../../base/errors.ts';
import type { WorkOrder, WorkResult } from '../../../contract/work-order.ts';
import { publish } from '../../../core/outputs/publication.ts';
import type { OutputName } from '../../../media/kinds/outputs.ts';
import type { Recipe } from '../../../media/output.ts';
import type { Random } from '../random.ts';
import type { ProductDeps } from './product.ts';
import { noteOf } from './uploads.ts';

const RECIPE: Recipe = { name: 'image', definition: {} };
const NAMES: readonly OutputName[] = ['thumb_small.jpg', 'thumb_medium.jpg', 'thumb_large.jpg'];

/**
 * Stands for an engine: reads the upload, and publishes one to three small outputs and the metadata
 * through the product's own `publish`. Each output names the job, its upload and the try.
 */
export async function fakeWork(
  {
    deps,
    random,
    attempt,
    signal,
  }: { deps: ProductDeps; random: Random; attempt: number; signal: AbortSignal },
  order: WorkOrder,
): Promise<WorkResult> {
  return publish(
    deps,
    order,
    async (publication) => {
      const { number, outcome } = noteOf(await deps.objects.read(order));
      // Not every upload has the same outputs, nor does every try of a flaky tool.
      const names = NAMES.slice(0, 1 + ((number + (outcome === 'flaky' ? attempt : 0)) % NAMES.length));
      const output = (name: OutputName) => ({
        ...{ name, contentType: 'image/jpeg', recipe: RECIPE },
        body: Buffer.from(JSON.stringify({ job: order.jobId, number, attempt, name })),
      });
      const { earlier } = publication;
      const [first, ...rest] = names.filter((name) => !earlier.takeOver([RECIPE], (file) => file === name));
      if (first) await publication.put(output(first));
      failIf(outcome === 'corrupt', 'CorruptMedia');
      // A try that is retried before the one that fails the state: a redrive counts retries anew.
      failIf(outcome === 'denied' && random.chance(0.35), 'ServiceUnavailable');
      failIf(outcome === 'denied' && random.chance(0.6), 'AccessDenied');
      // Engines hand over outputs while earlier ones are still being uploaded.
      await Promise.all(rest.map((name) => publication.put(output(name))));
      failIf(outcome === 'flaky' && random.chance(0.5), 'ServiceUnavailable');
      signal.throwIfAborted();
      return { metadata: { job: order.jobId, number, attempt }, tools: { none: '1' }, planned: [RECIPE] };
    },
    signal,
  );
}

function failIf(condition: boolean, name: ConstructorParameters<typeof MediaError>[0]): void {
  if (condition) throw new MediaError(name, 'The script says so.');
}
