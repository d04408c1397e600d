import { workloads } from '../build/workloads.ts';
import type { Resource } from '../mocked-deployment.ts';
import { allowedActions, statementsOf } from './allowed-actions.ts';
import { withKeyUse } from './aws-actions.ts';
import { CallGraph } from './called-actions.ts';
import { stateMachineActions } from './state-machine-actions.ts';

export interface Comparison {
  workload: string;
  /** Address of the role's policy. */
  policy: string;
  called: string[];
  /** Called, but not allowed by the role. */
  missing: string[];
  /** Allowed by the role, but not called. */
  superfluous: string[];
}

/** Actions that the runtimes themselves need, whatever the code calls. */
const OF_EVERY_FUNCTION = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
];
/** State machines, by the name of their file, and the Terraform names of their role's policy. */
const STATE_MACHINES = [
  { file: 'media-pipeline', resource: 'media_pipeline', policy: 'state_machine' },
  { file: 'media-backfill', resource: 'media_backfill', policy: 'backfill' },
] as const;
const OF_THE_STATE_MACHINE = [
  ...['Create', 'Get', 'Update', 'Delete'].map((verb) => `logs:${verb}LogDelivery`),
  ...['ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'].map(
    (name) => `logs:${name}`,
  ),
  ...['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'].map(
    (name) => `xray:${name}`,
  ),
  'kms:GenerateDataKey@SourceArn',
];

/** https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html */
const OF_A_CUSTOMER_KEY = [
  'kms:Decrypt@aws:states:stateMachineArn',
  'kms:GenerateDataKey@aws:states:stateMachineArn',
];

function hasCustomerKey(deployment: readonly Resource[]): boolean {
  const machine = deployment.find(({ type }) => type === 'aws_sfn_state_machine');
  return machine?.values.encryption_configuration?.[0]?.type === 'CUSTOMER_MANAGED_KMS_KEY';
}

/**
 * Compares the actions that the code can call with those that its role allows, for every function,
 * every task and the state machine.
 */
export function comparePermissions(deployment: readonly Resource[]): Comparison[] {
  const graph = new CallGraph();
  const keyUse = { executions: hasCustomerKey(deployment) };
  try {
    const rows = workloads().map(({ kind, name, entry }) => {
      const module = `module.${name.replaceAll('-', '_')}`;
      const policy = `${module}.aws_iam_role_policy.${kind === 'lambdas' ? 'this' : 'task'}`;
      const called = withKeyUse(
        [...graph.actionsFrom(entry), ...(keepsFailures(deployment, module) ? ['sqs:SendMessage'] : [])],
        keyUse,
      );
      for (const action of kind === 'lambdas' ? OF_EVERY_FUNCTION : []) called.add(action);
      return compare(`${kind}/${name}`, called, deployment, policy);
    });
    return [...rows, ...STATE_MACHINES.map((machine) => compareStateMachine(deployment, machine))];
  } finally {
    graph.close();
  }
}

/** Lambda sends the events on which a function failed repeatedly to a queue, in the function's role. */
export const keepsFailures = (deployment: readonly Resource[], module: string): boolean =>
  deployment.some(({ address }) => address.startsWith(`${module}.aws_lambda_function_event_invoke_config`));

function compareStateMachine(
  deployment: readonly Resource[],
  { file, resource, policy }: (typeof STATE_MACHINES)[number],
): Comparison {
  const machine = deployment.find(({ address }) => address === `aws_sfn_state_machine.${resource}`);
  const executions = hasCustomerKey(deployment);
  const called = withKeyUse(stateMachineActions(JSON.parse(machine?.values.definition ?? '{"States":{}}')), {
    executions,
  });
  if (executions) for (const use of OF_A_CUSTOMER_KEY) called.add(use);
  for (const action of OF_THE_STATE_MACHINE) called.add(action);
  return compare(`state-machines/${file}`, called, deployment, `aws_iam_role_policy.${policy}`);
}

function compare(
  workload: string,
  called: Set<string>,
  deployment: readonly Resource[],
  policy: string,
): Comparison {
  const policies = deployment.filter(({ address }) => address === policy);
  if (policies.length === 0) throw new Error(`Expected ${policy} in the deployment, for ${workload}`);
  const allowed = allowedActions(policies.flatMap(({ values }) => statementsOf(values.policy)));
  return {
    ...{ workload, policy },
    called: [...called].sort(),
    missing: [...called].filter((action) => !allowed.has(action)).sort(),
    superfluous: [...allowed].filter((action) => !called.has(action)).sort(),
  };
}
