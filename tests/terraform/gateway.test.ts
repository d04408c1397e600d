import { beforeAll, expect, test } from '@jest/globals';
import { gatewayTable } from '../../lambdas/serve-api/http/gateway-table.ts';
import { ROUTES } from '../../lambdas/serve-api/routes/routes.ts';
import { mockedDeployment, type Resource } from '../../scripts/mocked-deployment.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

describeWithTerraform('the API gateway', () => {
  let deployment: Resource[];
  beforeAll(async () => {
    deployment = await mockedDeployment();
  }, PATIENCE);

  const all = (type: string) =>
    deployment.filter((resource) => resource.type === type).map(({ values }) => values);
  const { openRoutes, preflightRoute, cors } = gatewayTable(ROUTES);

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
  test('has an authorizer on every route but those that the local gateway opens, too', () => {
    const routes = Object.fromEntries(
      all('aws_apigatewayv2_route').map((route) => [route.route_key, route.authorization_type]),
    );
    expect(routes).toEqual({
      $default: 'JWT',
      ...Object.fromEntries([...openRoutes, preflightRoute].map((key) => [key, 'NONE'])),
    });
    const targets = new Set(all('aws_apigatewayv2_route').map(({ target }) => target));
    expect(targets.size).toBe(1);
  });

  test('allows pages the methods and headers that the local gateway allows', () => {
    const [configuration] = all('aws_apigatewayv2_api')[0]?.cors_configuration ?? [];
    expect([...configuration.allow_methods].sort()).toEqual(cors.allowMethods);
    expect([...configuration.allow_headers].sort()).toEqual(cors.allowHeaders);
    expect([...configuration.expose_headers].sort()).toEqual(cors.exposeHeaders);
  });

  test('gives anonymous requests a smaller share than callers', () => {
    const [stage] = all('aws_apigatewayv2_stage');
    const open = stage?.route_settings as { route_key: string; throttling_rate_limit: number }[];
    expect(open.map(({ route_key }) => route_key).sort()).toEqual([...openRoutes, preflightRoute].sort());
    for (const { throttling_rate_limit } of open)
      expect(throttling_rate_limit).toBeLessThan(stage?.default_route_settings[0].throttling_rate_limit);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
  test('logs the caller of either kind of authorizer', () => {
    const format = JSON.parse(all('aws_apigatewayv2_stage')[0]?.access_log_settings[0].format);
    expect(Object.values(format)).toEqual(
      expect.arrayContaining([
        '$context.authorizer.claims.sub',
        '$context.identity.userArn',
        '$context.identity.caller',
      ]),
    );
  });
});
