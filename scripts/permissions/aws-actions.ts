/**
 * Prefixes of IAM actions by SDK package; unless listed below, an action has the name of its
 * command.
 */
const SERVICES: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/lib-dynamodb': 'dynamodb',
  '@aws-sdk/client-eventbridge': 'events',
  '@aws-sdk/client-lambda': 'lambda',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/lib-storage': 's3',
  '@aws-sdk/s3-presigned-post': 's3',
  '@aws-sdk/client-sfn': 'states',
  '@aws-sdk/client-sns': 'sns',
  '@aws-sdk/client-sqs': 'sqs',
};

/**
 * Commands whose actions have different names:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const DIFFERENT: Readonly<Record<string, readonly string[]>> = {
  // Without ListBucket, a deleted object would look like a missing permission.
  's3:GetObject': ['s3:GetObject', 's3:ListBucket'],
  's3:HeadObject': ['s3:GetObject', 's3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:DeleteObjects': ['s3:DeleteObject'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:Upload': ['s3:PutObject', 's3:AbortMultipartUpload'],
  's3:createPresignedPost': ['s3:PutObject'],
  's3:CreateMultipartUpload': ['s3:PutObject'],
  's3:UploadPart': ['s3:PutObject'],
  's3:CompleteMultipartUpload': ['s3:PutObject'],
  's3:ListParts': ['s3:ListMultipartUploadParts'],
  'lambda:Invoke': ['lambda:InvokeFunction'],
  'dynamodb:BatchGet': ['dynamodb:BatchGetItem'],
  'dynamodb:BatchWrite': ['dynamodb:BatchWriteItem'],
  'dynamodb:Get': ['dynamodb:GetItem'],
  'dynamodb:Put': ['dynamodb:PutItem'],
  'dynamodb:Update': ['dynamodb:UpdateItem'],
  'dynamodb:Delete': ['dynamodb:DeleteItem'],
};

/** Actions on the KMS key that an action implies, through the service that stores the data. */
const KEY_USE: Readonly<Record<string, readonly string[]>> = {
  's3:GetObject': ['kms:Decrypt@s3'],
  's3:PutObject': ['kms:GenerateDataKey@s3', 'kms:Decrypt@s3'],
  'sns:Publish': ['kms:GenerateDataKey@sns', 'kms:Decrypt@sns'],
  'sqs:SendMessage': ['kms:GenerateDataKey@sqs', 'kms:Decrypt@sqs'],
  'sqs:ReceiveMessage': ['kms:Decrypt@sqs'],
};

/**
 * Returns the actions of an SDK command (`GetCommand` of `@aws-sdk/lib-dynamodb`) or of another
 * export that makes requests. `source` is the calling code, for actions that depend on its
 * parameters.
 */
export function actionsOf(packageName: string, exported: string, source: string): string[] {
  const service = SERVICES[packageName];
  if (!service)
    throw new Error(`Expected the IAM prefix of ${packageName} in scripts/permissions/aws-actions.ts`);
  const name = `${service}:${exported.replace(/Command$/, '')}`;
  return (DIFFERENT[name] ?? [name]).flatMap((action) => withParameters(name, action, source));
}

/**
 * Adds the actions that depend on parameters: for object versions
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html: s3:DeleteObject "always",
 * s3:DeleteObjectVersion for versions), and s3:GetObject for a condition on the ETag
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html).
 */
function withParameters(name: string, action: string, source: string): string[] {
  const versioned = /\bVersionId:/.test(source);
  if (action === 's3:GetObject' && versioned)
    return name === 's3:HeadObject' ? ['s3:GetObjectVersion'] : [action, 's3:GetObjectVersion'];
  if (action === 's3:DeleteObject' && versioned) return [action, 's3:DeleteObjectVersion'];
  if (action === 's3:DeleteObject' && /\bIfMatch\b/.test(source)) return [action, 's3:GetObject'];
  return [action];
}

/**
 * Action on the key that reading an execution needs if the state machine uses a customer managed
 * key, according to the SDK's model of DescribeExecution and
 * https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html.
 */
const EXECUTION_KEY_USE = 'kms:Decrypt@aws:states:stateMachineArn';
const READS_EXECUTIONS = /^states:(?:DescribeExecution|GetExecutionHistory)$/;

/**
 * Returns the same actions plus the key usage that they imply. `executions` is true if executions
 * are encrypted with a customer managed key.
 */
export function withKeyUse(actions: Iterable<string>, { executions }: { executions: boolean }): Set<string> {
  const all = new Set(actions);
  for (const action of [...all]) {
    for (const use of KEY_USE[action] ?? []) all.add(use);
    if (executions && READS_EXECUTIONS.test(action)) all.add(EXECUTION_KEY_USE);
    if (action.startsWith('dynamodb:')) all.add('kms:Decrypt@dynamodb');
  }
  return all;
}
