import type { OrderTerms } from '../../contract/work-order.ts';
import type { Job } from '../../core/jobs/job.ts';
import { freezeProfile, type ProfileStores } from '../../core/profiles/choose-profile.ts';
import { freezeWatermarks } from '../../core/watermarks/freeze-watermarks.ts';
import type { WatermarkRegistry } from '../../core/watermarks/watermark-registry.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import { namedWatermarks } from '../../media/profile/named-watermarks.ts';

/**
 * Chooses what is made of an upload: the profile, and the images of the watermarks that it names for
 * this kind. A retry keeps both as the job was admitted with them.
 */
export async function chooseMaking(
  stores: ProfileStores & { watermarkRows: WatermarkRegistry },
  { order }: Pick<Job, 'order'>,
  upload: { tenantId: string; kind: MediaKind; profile: string | undefined },
): Promise<Pick<OrderTerms, 'profile' | 'watermarks'>> {
  if (order?.profile)
    return { profile: order.profile, ...(order.watermarks && { watermarks: order.watermarks }) };
  const { tenantId, kind, profile: wanted } = upload;
  const profile = await freezeProfile(stores, { tenantId, wanted });
  const names = namedWatermarks(await stores.documents.profileOf({ profile }), kind);
  const watermarks = await freezeWatermarks(stores.watermarkRows, tenantId, names);
  return { profile, ...(watermarks && { watermarks }) };
}
