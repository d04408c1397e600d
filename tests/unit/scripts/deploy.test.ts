import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';

const REGISTRY = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
/** As terraform/bootstrap writes it. */
const BACKEND = 'bucket = "app-state"\nkey    = "app.tfstate"\nregion = "eu-west-1"\n';
const TAGS = { arm64: { media: 'm-arm', office: 'o-arm' }, x86_64: { media: 'm-x86', office: 'o-x86' } };

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

interface Situation {
  architecture?: string;
  /** Tags that ECR has. */
  pushed?: readonly string[];
  without?: string;
  /** Content of backend.hcl. */
  backend?: string;
  environment?: Record<string, string>;
}

/** Runs a step of scripts/deploy.sh where terraform, aws and docker only say how they were called. */
async function deploy(
  args: readonly string[],
  { architecture = 'arm64', pushed = [], without, backend = BACKEND, environment = {} }: Situation = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'deploy-'));
  folders.push(folder);
  for (const name of ['scripts', 'terraform', 'dist', 'bin']) await mkdir(join(folder, name));
  await copyFile('scripts/deploy.sh', join(folder, 'scripts/deploy.sh'));
  const urls = JSON.stringify({ media: `${REGISTRY}/app/media`, office: `${REGISTRY}/app/office` });
  const say = (name: string) => `echo "${name} $*" >>"${folder}/calls"`;
  const files: Record<string, string> = {
    'terraform/backend.hcl': backend,
    'terraform/photos.hcl': 'key = "photos.tfstate"',
    'dist/images.json': JSON.stringify(TAGS),
    'scripts/terraform.sh': `${say('terraform')}; echo "$TF_VAR_state_key" >"${folder}/state_key"
      case "$*" in
        "output -raw task_architecture") printf ${architecture} ;;
        "output -json repository_urls") echo '${urls}' ;;
      esac`,
    'bin/aws': `${say('aws')}; last=\${@: -1}
      case "$*" in
        *get-login-password*) echo secret ;;
        *describe-images*) case " ${pushed.join(' ')} " in *" \${last#imageTag=} "*) ;; *) exit 254 ;; esac ;;
      esac`,
    'bin/docker': `${say('docker')}; [ "$1" != login ] || cat >/dev/null`,
  };
  for (const [file, content] of Object.entries(files)) {
    if (file === without) continue;
    await writeFile(
      join(folder, file),
      file.includes('.json') || file.includes('.hcl') ? content : `#!/bin/bash\n${content}\n`,
    );
    await chmod(join(folder, file), 0o755);
  }
  const env = { ...process.env, ...environment, PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  const said = await new Promise<{ code: number; errors: string }>((resolve) =>
    execFile('bash', [join(folder, 'scripts/deploy.sh'), ...args], { env }, (error, _, errors) =>
      resolve({ code: error ? Number(error.code) : 0, errors }),
    ),
  );
  const calls = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
  const stateKey = await readFile(join(folder, 'state_key'), 'utf8').catch(() => '');
  return { ...said, stateKey: stateKey.trim(), calls: calls.trim().split('\n').filter(Boolean) };
}

const build = (image: string, tag: string, platform: string, processor: string) =>
  `docker buildx build --platform linux/${platform} --provenance=false --tag ${REGISTRY}/app/${image}:${tag} --push dist/images/${processor}/${image}`;
const login = `docker login --username AWS --password-stdin ${REGISTRY}`;

describe('scripts/deploy.sh images', () => {
  test('makes the repositories first, then builds and pushes both images', async () => {
    const { code, calls } = await deploy(['images', '-var', 'name=app']);
    expect(code).toBe(0);
    // The password is piped: the two ends of the pipe write their lines in either order.
    const password = 'aws ecr get-login-password --region eu-west-1';
    expect(calls.filter((call) => call === password)).toHaveLength(2);
    expect(calls.filter((call) => call !== password)).toEqual([
      'terraform init -input=false -reconfigure -backend-config=backend.hcl',
      'terraform apply -target=aws_ecr_repository.image -target=aws_ecr_repository_policy.image -var name=app',
      'terraform output -raw task_architecture',
      'terraform output -json repository_urls',
      'aws ecr describe-images --region eu-west-1 --repository-name app/media --image-ids imageTag=m-arm',
      login,
      build('media', 'm-arm', 'arm64', 'arm64'),
      'aws ecr describe-images --region eu-west-1 --repository-name app/office --image-ids imageTag=o-arm',
      login,
      build('office', 'o-arm', 'arm64', 'arm64'),
    ]);
  });

  test('builds for the processor that the deployment wants', async () => {
    const { calls } = await deploy(['images'], { architecture: 'x86_64' });
    expect(calls.filter((call) => call.includes('buildx'))).toEqual([
      build('media', 'm-x86', 'amd64', 'x86_64'),
      build('office', 'o-x86', 'amd64', 'x86_64'),
    ]);
  });

  test('pushes only what is not there: tags are immutable', async () => {
    const { code, calls } = await deploy(['images'], { pushed: ['m-arm'] });
    expect(code).toBe(0);
    expect(calls.filter((call) => call.includes('buildx'))).toEqual([
      build('office', 'o-arm', 'arm64', 'arm64'),
    ]);
  });

  test.each<[label: string, situation: Situation, says: RegExp]>([
    ['there is no backend', { without: 'terraform/backend.hcl' }, /run make bootstrap first/],
    ['nothing was built', { without: 'dist/images.json' }, /run make build first/],
    ['another processor was built', { architecture: 'riscv' }, /make build ARCHITECTURES=riscv first/],
  ])('says what to do when %s', async (_, situation, says) => {
    const { code, errors, calls } = await deploy(['images'], situation);
    expect(code).toBe(1);
    expect(errors).toMatch(says);
    expect(calls.join('\n')).not.toContain('docker');
  });
});

describe('scripts/deploy.sh tells Terraform which state it uses, so that a name without it is refused', () => {
  test.each([
    ['the key in backend.hcl', {}, 'app.tfstate', 'backend.hcl'],
    ['the key in the file of BACKEND', { BACKEND: 'photos.hcl' }, 'photos.tfstate', 'photos.hcl'],
  ])('%s', async (_, environment, key, file) => {
    const { code, stateKey, calls } = await deploy(['plan'], { environment });
    expect({ code, stateKey }).toEqual({ code: 0, stateKey: key });
    expect(calls).toEqual([
      `terraform init -input=false -reconfigure -backend-config=${file}`,
      'terraform plan',
    ]);
  });

  test('and does not start without a key', async () => {
    const { code, errors, calls } = await deploy(['deploy'], { backend: 'bucket = "app-state"\n' });
    expect([code, calls]).toEqual([1, []]);
    expect(errors).toContain('Expected a line');
  });
});

test('an unknown step is refused', async () => {
  const { code, errors } = await deploy(['destory']);
  expect(code).toBe(2);
  expect(errors).toContain('got destory');
});
