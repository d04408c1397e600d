import { dynamoDb, s3 } from '../aws/clients.ts';
import { ObjectStore } from '../aws/object-store.ts';
import { ObjectVersions } from '../aws/object-versions.ts';
import { JobStore } from '../jobs/job-store.ts';
import type { PublicationStores } from '../outputs/publication.ts';
import type { ProfileStores } from '../profiles/choose-profile.ts';
import { ManagedProfiles } from '../profiles/managed-profiles.ts';
import { ProfileDocuments } from '../profiles/profile-documents.ts';
import { ProfileRegistry } from '../profiles/profile-registry.ts';
import { StemClaims } from '../uploads/stem-claims.ts';
import { UploadLedger } from '../uploads/upload-ledger.ts';
import { WatermarkImages } from '../watermarks/watermark-images.ts';
import { WatermarkRegistry } from '../watermarks/watermark-registry.ts';

/** Creates the AWS-backed stores for a handler or task program. */
export function openStores({
  JOB_TABLE,
  OUTPUT_BUCKET = '',
  MANAGED_PROFILES,
}: {
  JOB_TABLE: string;
  OUTPUT_BUCKET?: string;
  MANAGED_PROFILES?: string | undefined;
}): PublicationStores & ProfileStores & { stems: StemClaims; watermarkRows: WatermarkRegistry } {
  const table = dynamoDb();
  const bucket = s3();
  const objects = new ObjectStore(bucket);
  const managed = new ManagedProfiles(objects, OUTPUT_BUCKET, MANAGED_PROFILES);
  return {
    jobs: new JobStore(table, JOB_TABLE),
    ledger: new UploadLedger(table, JOB_TABLE),
    stems: new StemClaims(table, JOB_TABLE),
    objects,
    versions: new ObjectVersions(bucket),
    outputBucket: OUTPUT_BUCKET,
    profiles: new ProfileRegistry(table, JOB_TABLE, managed),
    documents: new ProfileDocuments(objects, OUTPUT_BUCKET),
    watermarkRows: new WatermarkRegistry(table, JOB_TABLE),
    watermarkImages: new WatermarkImages(objects, OUTPUT_BUCKET),
  };
}
