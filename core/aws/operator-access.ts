/**
 * What the command line needs of AWS with the operator's own credentials, in addition to the job API
 * (cli/aws-access.ts). The SDK is loaded on the first call, since most commands make none.
 */
export const operatorAccess = { credentials };

async function credentials() {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider()();
}
