import type { SignatureV4 } from '@smithy/signature-v4';

/** An object of a listing. */
interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  etag: string;
}

/**
 * What the command line needs of AWS itself, beside the job API. Whoever starts the command line hands it in, so that a command that needs
 * neither loads no SDK.
 */
export interface AwsAccess {
  /** The credentials that every AWS tool would take: environment, profile, SSO, role. */
  credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
  /** Every object of a bucket below a prefix, in the order of S3. */
  listObjects(
    environment: Readonly<Record<string, string | undefined>>,
    bucket: string,
    prefix: string,
  ): AsyncIterable<ListedObject>;
}
