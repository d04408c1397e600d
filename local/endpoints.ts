import { REGION } from './resources.ts';

const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
export const LOCAL_CLIENT = { region: REGION, credentials: LOCAL_CREDENTIALS };

export interface Endpoints {
  storage: string;
  tables: string;
  control: string;
}

/**
 * Returns the variables that point any AWS SDK and the AWS CLI at the local cloud:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointEnvironment({ storage, tables, control }: Endpoints): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: storage,
    AWS_ENDPOINT_URL_SQS: storage,
    AWS_ENDPOINT_URL_SNS: storage,
    AWS_ENDPOINT_URL_DYNAMODB: tables,
    AWS_ENDPOINT_URL_SFN: control,
    AWS_ENDPOINT_URL_EVENTBRIDGE: control,
    AWS_ENDPOINT_URL_LAMBDA: control,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    // There is no instance metadata service here; waiting for it takes seconds.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
