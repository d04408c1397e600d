import type { SignatureV4 } from '@smithy/signature-v4';

/**
 * Direct AWS access of the CLI, besides the job API. The entry point passes it in, so that a
 * command that does not need it loads no SDK.
 */
export interface AwsAccess {
  /** Credentials from the default provider chain: environment, profile, SSO, role. */
  credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
}
