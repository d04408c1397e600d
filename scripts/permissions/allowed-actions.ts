import type { Resource } from '../mocked-deployment.ts';

interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export const listOf = <Value>(value: Value | Value[]): Value[] => (Array.isArray(value) ? value : [value]);

export function statementsOf(policy: string): Statement[] {
  return (JSON.parse(policy) as { Statement: Statement[] }).Statement;
}

/**
 * Returns the actions that a role's policies allow. An action on the key includes the service
 * through which it is allowed: `kms:Decrypt@s3`.
 */
export function allowedActions(policies: readonly Resource[]): Set<string> {
  const statements = policies.flatMap(({ values }) => statementsOf(values.policy));
  const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
  return new Set(
    allowed.flatMap((statement) =>
      listOf(statement.Action).map((action) => `${action}${through(statement)}`),
    ),
  );
}

function through({ Action, Condition = {} }: Statement): string {
  if (!listOf(Action).some((action) => action.startsWith('kms:'))) return '';
  const conditions = Object.assign({}, ...Object.values(Condition)) as Record<string, string | string[]>;
  const service = conditions['kms:ViaService'];
  if (service) return `@${listOf(service)[0]?.split('.')[0]}`;
  const context = Object.keys(conditions).find((name) => name.startsWith('kms:EncryptionContext:'));
  return context ? `@${context.replace('kms:EncryptionContext:', '')}` : '@anything';
}
