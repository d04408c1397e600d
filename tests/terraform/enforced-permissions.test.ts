import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Handler } from '../../local/compute/functions.ts';
import { taskDefinitions } from '../../local/product.ts';
import { FUNCTIONS, TASKS } from '../../local/resources.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { mockedDeployment, type Resource } from '../../scripts/mocked-deployment.ts';
import { allowedActions, type PolicyStatement } from '../../scripts/permissions/allowed-actions.ts';
import { comparePermissions } from '../../scripts/permissions/compare.ts';
import { SPLIT_SHORT_FILMS } from '../support/films/short-film.ts';
import { everythingAtWork } from '../support/permissions/everything-at-work.ts';
import { functionHosts } from '../support/permissions/function-hosts.ts';
import { watchPermissions } from '../support/permissions/watch-permissions.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { type AccessRequest, allowedBy, isDenied } from '../support/policies/evaluate.ts';
import { ACCOUNT, arn } from '../support/policies/mocked-names.ts';
import { policiesOf } from '../support/policies/policies.ts';
import { serviceRequests } from '../support/policies/service-requests.ts';
import { putManaged } from '../support/profiles/managed.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

const HOSTED = [...FUNCTIONS, 'serve-api'];
const policyOf = (name: string) =>
  `module.${name.replaceAll('-', '_')}.aws_iam_role_policy.${HOSTED.includes(name) ? 'this' : 'task'}`;

/** Requests that the policies of resources must refuse, whatever a role allows. */
const UNWANTED: readonly AccessRequest[] = [
  ...['media', 'output', 'mock'].map((bucket) => ({
    action: 's3:GetObject',
    resource: `arn:aws:s3:::${bucket}/x`,
  })),
  ...['dead-letters.fifo', 'mock'].map((queue) => ({
    action: 'sqs:SendMessage',
    resource: arn('sqs', queue),
  })),
].map((request) => ({ ...request, account: ACCOUNT, context: { 'aws:SecureTransport': 'false' } }));

/**
 * The product at work on the local cloud, each function and task with an access key of its own. Every
 * call is evaluated against the policy that Terraform renders for the caller.
 */
describeWithTerraform('every call of a function or task', () => {
  let deployment: Resource[];
  let policies: Map<string, PolicyStatement[]>;
  let pipeline: Pipeline;
  let watch: ReturnType<typeof watchPermissions>;
  const hosts = functionHosts(HOSTED);

  beforeAll(async () => {
    deployment = await mockedDeployment();
    policies = policiesOf(deployment);
    let hosted: Record<string, Handler> = {};
    let isLost = false;
    Object.assign(process.env, SPLIT_SHORT_FILMS);
    const tasks = Object.entries(taskDefinitions()).map(([name, definition]) => [
      name,
      { ...definition, environment: { ...definition.environment, AWS_ACCESS_KEY_ID: name } },
    ]);
    process.env.RECONCILE_AFTER_SECONDS = '0';
    pipeline = await startPipeline({
      tasks: Object.fromEntries(tasks),
      functions: async (environment) => {
        process.env.MANAGED_PROFILES = await putManaged(environment, {
          managed: { document: DEFAULT_PROFILE },
        });
        hosted = await hosts.functions(environment);
        const recordOutcome: Handler = async (event) => !isLost && hosted['record-outcome']?.(event);
        // Called by the test alone: the schedule would be first to see what is put in line.
        const reconcileQueues: Handler = async () => undefined;
        return { ...hosted, 'record-outcome': recordOutcome, 'reconcile-queues': reconcileQueues };
      },
    });
    const byName = [...HOSTED, ...TASKS].map((name): [string, PolicyStatement[]] => [
      name,
      policies.get(policyOf(name)) ?? [],
    ]);
    watch = watchPermissions(pipeline.cloud, new Map(byName));
    const { 'serve-api': api, 'reconcile-jobs': reconcile, 'reconcile-queues': reconcileQueues } = hosted;
    if (!api || !reconcile || !reconcileQueues) throw new Error('Expected the functions to be loaded');
    const loseStatusEvents = (lost: boolean) => {
      isLost = lost;
    };
    await everythingAtWork({ pipeline, api, reconcile, reconcileQueues, loseStatusEvents });
  }, 2 * PATIENCE);
  afterAll(async () => {
    watch?.stop();
    await hosts.stop();
    await pipeline?.stop();
  });

  test('without TLS is refused', () => {
    const resources = [...policies.values()].filter((statements) =>
      statements.some(({ Effect }) => Effect === 'Deny'),
    );
    for (const statements of resources)
      expect(UNWANTED.filter((request) => isDenied(statements, request))).toHaveLength(1);
  });

  test('is allowed by the policy of its role', () => {
    expect([...watch.refused]).toEqual([]);
    expect([...watch.made.keys()].sort()).toEqual([...HOSTED, ...TASKS].sort());
  });

  test('needs every statement: without any one of them, a call or a service would be refused', () => {
    const comparisons = new Map(comparePermissions(deployment).map(({ policy, called }) => [policy, called]));
    const calls = new Map([...watch.made].map(([name, made]) => [policyOf(name), [...made.values()]]));
    const requests = serviceRequests(deployment);
    const isMissed = (address: string, rest: PolicyStatement[]): boolean => {
      const ofServices = requests.filter(({ policy }) => policy === address).map(({ request }) => request);
      const allowed = allowedActions(rest);
      return (
        [...ofServices, ...(calls.get(address) ?? [])].some(
          (request) => allowedBy(rest, request).length === 0,
        ) || (comparisons.get(address) ?? []).some((action) => !allowed.has(action))
      );
    };
    const denials = ({ Effect }: PolicyStatement, rest: PolicyStatement[]) =>
      Effect === 'Deny' && !UNWANTED.some((request) => isDenied(rest, request));
    const spared: string[] = [];
    let tried = 0;
    for (const [address, statements] of policies)
      for (const statement of statements) {
        tried++;
        const rest = statements.filter((other) => other !== statement);
        if (!isMissed(address, rest) && !denials(statement, rest)) spared.push(`${address} ${statement.Sid}`);
      }
    console.info(`${tried} statements removed one by one; ${spared.length} not missed`);
    expect(tried).toBeGreaterThan(150);
    expect(spared).toEqual([]);
  });
});
