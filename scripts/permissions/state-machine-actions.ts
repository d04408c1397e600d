interface State {
  Type: string;
  Resource?: string;
  Parameters?: { PropagateTags?: string };
  Branches?: { States: Record<string, State> }[];
  ItemProcessor?: { ProcessorConfig?: { Mode?: string }; States: Record<string, State> };
  ItemReader?: { Resource: string };
}

/**
 * Returns the AWS actions that a state machine's tasks need:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
 */
export function stateMachineActions(definition: { States: Record<string, State> }): Set<string> {
  return new Set(Object.values(definition.States).flatMap(actionsOfState));
}

/**
 * Child executions of a distributed Map state, and their redrive:
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
function actionsOfMap({ ItemProcessor, ItemReader }: State): string[] {
  if (ItemProcessor?.ProcessorConfig?.Mode !== 'DISTRIBUTED') return [];
  const children = ['states:StartExecution', 'states:DescribeExecution', 'states:RedriveExecution'];
  return ItemReader?.Resource.endsWith(':s3:listObjectsV2') ? [...children, 's3:ListBucket'] : children;
}

function actionsOfState(state: State): string[] {
  const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
  const nested = inner.flatMap(({ States }) => Object.values(States).flatMap(actionsOfState));
  if (state.Type !== 'Task') return [...nested, ...actionsOfMap(state)];
  const [, service, action = ''] = /:states:::([a-z]+):([A-Za-z]+)/.exec(state.Resource ?? '') ?? [];
  switch (service) {
    case 'lambda':
      return ['lambda:InvokeFunction'];
    case 'ecs':
      return ['ecs:RunTask', 'iam:PassRole', ...(state.Parameters?.PropagateTags ? ['ecs:TagResource'] : [])];
    case 'dynamodb':
    case 'events':
    case 'sqs':
    case 'sns':
      return [`${service}:${action.charAt(0).toUpperCase()}${action.slice(1)}`];
    default:
      throw new Error(
        `Expected a rule for ${state.Resource} in scripts/permissions/state-machine-actions.ts`,
      );
  }
}
