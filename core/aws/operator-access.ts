import type { S3Client } from '@aws-sdk/client-s3';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * AWS calls that the command line makes with the operator's own credentials, in addition to the job
 * API (cli/aws-access.ts). The SDK is loaded on the first call, since most commands make none.
 */
export const operatorAccess = { credentials, listObjects };

async function credentials() {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider()();
}

async function* listObjects(environment: Environment, bucket: string, prefix: string) {
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const client = await s3(environment);
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key: key = '' } of page.Contents ?? []) yield { key };
  }
}

/** Creates an S3 client, for the local cloud if the environment sets its endpoint and keys. */
async function s3({
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_REGION: region,
  ...rest
}: Environment): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = rest;
  const local = endpoint && accessKeyId && secretAccessKey;
  return new S3Client({
    ...(region && { region }),
    ...(local && { endpoint, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } }),
  });
}
