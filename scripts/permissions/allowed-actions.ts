type Condition = Record<string, Record<string, string | string[]>>;

export interface PolicyStatement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  /** Absent in trust policies. */
  Resource?: string | string[];
  /** Absent in policies of identities. */
  Principal?: string | Record<string, string | string[]>;
  Condition?: Condition;
}

export const listOf = <Value>(value: Value | Value[]): Value[] => (Array.isArray(value) ? value : [value]);

/** Statement of a role's policy, which names its purpose and its resources. */
type RoleStatement = PolicyStatement & Required<Pick<PolicyStatement, 'Sid' | 'Resource'>>;

export function statementsOf(policy: string): RoleStatement[] {
  return (JSON.parse(policy) as { Statement: RoleStatement[] }).Statement;
}

/**
 * Returns the actions that a role's policies allow. An action on the key includes the service
 * through which it is allowed: `kms:Decrypt@s3`.
 */
export function allowedActions(statements: readonly PolicyStatement[]): Set<string> {
  const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
  return new Set(
    allowed.flatMap((statement) =>
      listOf(statement.Action).map((action) => `${action}${through(statement)}`),
    ),
  );
}

function through({ Action, Condition = {} }: PolicyStatement): string {
  if (!listOf(Action).some((action) => action.startsWith('kms:'))) return '';
  const conditions = Object.assign({}, ...Object.values(Condition)) as Record<string, string | string[]>;
  const service = conditions['kms:ViaService'];
  if (service) return `@${listOf(service)[0]?.split('.')[0]}`;
  const context = Object.keys(conditions).find((name) => name.startsWith('kms:EncryptionContext:'));
  return context ? `@${context.replace('kms:EncryptionContext:', '')}` : '@anything';
}
