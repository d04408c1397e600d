import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Unsigned {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | undefined;
}

/**
 * Signs a request with SigV4 for AWS_IAM authorization. Returns the headers to send.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export async function signedHeaders(
  { method, url, headers, body }: Unsigned,
  region: string,
  { credentials, signingDate = new Date() }: SigningOptions,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { ...headers, host: url.host },
    body,
  };
  const { host: _ours, ...signed } = (await signer.sign(request, { signingDate })).headers;
  return signed;
}

type SigningOptions = {
  credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
  signingDate?: Date;
};
