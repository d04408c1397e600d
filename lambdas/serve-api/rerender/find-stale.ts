import { MediaError } from '../../../base/errors.ts';
import { withoutExtension } from '../../../base/file-name.ts';
import { FOCAL_POINT_METADATA, parseFocalPoint } from '../../../contract/focal-point.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { findRerender } from '../../../core/lifecycle/begin-rerender.ts';
import type { Refusal } from '../../../core/lifecycle/choose-retry.ts';
import { parseManifest } from '../../../core/outputs/manifest.ts';
import { madeBy } from '../../../core/outputs/recipe-hash.ts';
import { identityOf, type StaleOutput, staleOutputs } from '../../../core/outputs/staleness.ts';
import { freezeProfile } from '../../../core/profiles/choose-profile.ts';
import { PROFILE_METADATA } from '../../../core/uploads/inspect-upload.ts';
import { freezeWatermarks } from '../../../core/watermarks/freeze-watermarks.ts';
import { plannedRecipes } from '../../../media/planned-recipes.ts';
import { namedWatermarks } from '../../../media/profile/named-watermarks.ts';
import type { ApiDeps } from '../api-deps.ts';

interface Found {
  stale: StaleOutput[];
  /** Names of the outputs, with and without extension, and of those that the profile asks for. */
  known: ReadonlySet<string>;
}

/**
 * Finds the outputs of a job that would come out otherwise now, by the profile that its upload would
 * get, or by that of the job. Throws `ProfileNotAllowed` or `WatermarkNotFound` where admission would.
 */
export async function findStale(
  deps: ApiDeps,
  job: Job,
  { choosesProfile }: { choosesProfile: boolean },
): Promise<Found | { refusal: Refusal; reason: string }> {
  const found = await findRerender(deps, job);
  if ('refusal' in found) return found;
  const { manifestKey, manifestVersionId } = found.set;
  const [bytes, frozen] = await Promise.all([
    deps.objects.readOutput(deps.config.OUTPUT_BUCKET, manifestKey, manifestVersionId),
    choosesProfile
      ? freezeProfile(deps, {
          tenantId: job.tenantId ?? '',
          wanted: found.object.metadata?.[PROFILE_METADATA],
        })
      : job.order?.profile,
  ]);
  if (!bytes || !job.kind) return { refusal: 'source-gone', reason: 'The outputs have been removed.' };
  const profile = await deps.documents.profileOf({ profile: frozen });
  const { tenantId = '', kind } = job;
  const focalPoint = parseFocalPoint(found.object.metadata?.[FOCAL_POINT_METADATA] ?? '');
  const watermarks = choosesProfile
    ? await freezeWatermarks(deps.watermarkRows, tenantId, namedWatermarks(profile, kind))
    : job.order?.watermarks;
  const planned = plannedRecipes(kind, profile, deps.config, { watermarks, focalPoint });
  const prefix = manifestKey.replace(/manifest\.json$/, '');
  const manifest = parseManifest(bytes);
  const stale = staleOutputs(manifest, { prefix, planned });
  const files = manifest.outputs.map(({ key }) => key.slice(prefix.length));
  const known = [...files, ...files.map(withoutExtension), ...planned.map(madeBy).map(identityOf)];
  return { stale, known: new Set(known) };
}

/** Whether admission would refuse what the upload asks for, of which the message tells. */
export const isRefusal = (error: unknown): error is MediaError =>
  error instanceof MediaError && REFUSALS.has(error.name);
const REFUSALS = new Set<string>(['ProfileNotAllowed', 'WatermarkNotFound']);
