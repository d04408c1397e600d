import { gatewayTable } from '../../lambdas/serve-api/http/gateway-table.ts';
import { ROUTES } from '../../lambdas/serve-api/routes/routes.ts';
import type { Deployment } from './deployment.ts';
import { expectThat, type Report, SkippedCheck } from './report.ts';

type Gateway = Pick<Deployment['outputs'], 'api_url' | 'upload_origins'>;
type Environment = Readonly<Record<string, string | undefined>>;

const NO_PAGE = 'https://smoke.invalid';
const { openRoutes, preflightRoute } = gatewayTable(ROUTES);
/** Credentials that no gateway may accept. */
const FORGED: readonly Record<string, string>[] = [
  {},
  { authorization: 'Bearer smoke' },
  { 'x-development-identity': 'operator' },
];

/**
 * Checks what API Gateway answers before the function is invoked. An emulator of AWS that serves no
 * HTTP APIs is told apart from a gateway that does not answer: there the checks are skipped.
 */
export async function checkGateway(
  gateway: Gateway,
  report: Report,
  environment: Environment = process.env,
): Promise<void> {
  const call = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const { answer, failure } = await request(new URL(path, gateway.api_url), { method, headers });
    if (answer && (answer.status !== 404 || !isEmulated(environment))) return answer;
    const what = answer ? '404' : `no answer (${failure})`;
    if (isEmulated(environment)) throw new SkippedCheck(`the emulator serves no HTTP APIs: ${what}`);
    throw new Error(`${method} ${path}: ${what}`);
  };

  await report.check('the gateway refuses every protected route without valid credentials', async () => {
    for (const { method, path, access } of ROUTES) {
      if (access === 'anyone') continue;
      const name = method.toUpperCase();
      for (const headers of FORGED) {
        const { status } = await call(name, path.replaceAll(/\{\w+\}/g, 'smoke'), headers);
        const given = Object.keys(headers).join() || 'nothing';
        expectThat(isRefusal(status), `${name} ${path} with ${given}: ${status}`);
      }
    }
  });
  await report.check('the gateway lets anybody use the open routes', async () => {
    for (const key of openRoutes) {
      const [method = '', path = ''] = key.split(' ');
      const { status } = await call(method, path);
      expectThat(status === 200, `${key}: ${status}`);
    }
  });
  const preflight = (origin: string) =>
    call('OPTIONS', '/api/media/jobs', { origin, 'access-control-request-method': 'GET' });
  const [origin] = gateway.upload_origins;
  if (origin)
    await report.check(`pages of ${origin}, and no others, may call the API`, async () => {
      const allowed = await preflight(origin);
      expectThat(allowed.ok, `${preflightRoute}: ${allowed.status}`);
      const named = allowed.headers.get('access-control-allow-origin');
      expectThat(named === origin, `expected the origin to be allowed, got ${named}`);
      const other = (await preflight(NO_PAGE)).headers.get('access-control-allow-origin');
      expectThat(!other, `${NO_PAGE} is allowed, too: ${other}`);
    });
  else
    await report.check('no page may call the API', async () => {
      const answer = await preflight(NO_PAGE);
      expectThat(isRefusal(answer.status), `${preflightRoute}: ${answer.status}`);
      expectThat(!answer.headers.has('access-control-allow-origin'), 'it allows an origin');
    });
}

async function request(url: URL, init: RequestInit): Promise<{ answer?: Response; failure?: string }> {
  try {
    const answer = await fetch(url, init);
    await answer.arrayBuffer();
    return { answer };
  } catch (error) {
    return { failure: String((error as Error).cause ?? error) };
  }
}

const isRefusal = (status: number) => status === 401 || status === 403;

/** Returns true if the SDK's endpoints are elsewhere than at AWS. */
function isEmulated(environment: Environment): boolean {
  return Object.entries(environment).some(
    ([name, url]) =>
      name.startsWith('AWS_ENDPOINT_URL') &&
      url &&
      !/(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.test(new URL(url).hostname),
  );
}
