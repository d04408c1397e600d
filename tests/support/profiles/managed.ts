import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LOCAL_CLIENT } from '../../../local/endpoints.ts';
import { RESOURCES } from '../../../local/resources.ts';

export interface Managed {
  document: unknown;
  tenants?: string[];
  defaultFor?: string[];
}

/** Returns the text of the object that terraform/profiles.tf writes. */
export const managedFile = (profiles: Readonly<Record<string, Managed>>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(profiles).map(([name, { document, tenants = ['*'], defaultFor = [] }]) => [
        name,
        { document: typeof document === 'string' ? document : JSON.stringify(document), tenants, defaultFor },
      ]),
    ),
  );

/** Writes it to the local cloud, as Terraform does on AWS. Returns its version. */
export async function putManaged(
  environment: Readonly<Record<string, string>>,
  profiles: Readonly<Record<string, Managed>>,
): Promise<string> {
  const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? '';
  const s3 = new S3Client({ ...LOCAL_CLIENT, endpoint, forcePathStyle: true });
  const object = { Bucket: RESOURCES.outputBucket, Key: 'managed-profiles.json' };
  const { VersionId = '' } = await s3.send(new PutObjectCommand({ ...object, Body: managedFile(profiles) }));
  return VersionId;
}
