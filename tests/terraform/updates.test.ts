import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listen } from '../../local/http/listen.ts';
import { type ResourceChange, terraform } from '../../scripts/mocked-deployment.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

const ARN = 'arn:aws:ecs:eu-west-1:210987654321:task-definition/app-transcode-video';
const FAMILY = 'app-transcode-video';

/** Revision 1 of the task, as a state describes it. */
const STATE = {
  version: 4,
  serial: 1,
  lineage: 'update',
  resources: [
    {
      module: 'module.task',
      mode: 'managed',
      type: 'aws_ecs_task_definition',
      name: 'this',
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances: [
        {
          schema_version: 1,
          attributes: {
            ...{ id: FAMILY, family: FAMILY, revision: 1, arn: `${ARN}:1`, arn_without_revision: ARN },
            ...{ cpu: '4096', memory: '8192', network_mode: 'awsvpc', requires_compatibilities: ['FARGATE'] },
            container_definitions: '[]',
          },
        },
      ],
    },
  ],
};

const configuration = (sts: string) => `
  terraform {
    required_providers {
      aws = { source = "hashicorp/aws" }
    }
  }
  provider "aws" {
    region                      = "eu-west-1"
    access_key                  = "test"
    secret_key                  = "test"
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_requesting_account_id  = true
    endpoints { sts = "${sts}" }
  }
  module "task" {
    source         = "${resolve('terraform/modules/fargate_task')}"
    name           = "transcode-video"
    workload       = { prefix = "app", settings = {}, key_arn = "arn:aws:kms:eu-west-1:210987654321:key/data", log_retention = 365 }
    image          = "registry/media:2"
    repository_arn = "arn:aws:ecr:eu-west-1:210987654321:repository/media"
    architecture   = "arm64"
    size           = { cpu = 4096, memory = 8192, storage = 100 }
    setting_names  = []
    permissions    = []
  }`;

const IDENTITY =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::210987654321:user/test</Arn><UserId>test</UserId><Account>210987654321</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

/** Planned with the provider itself, which knows what a change replaces; a mocked one does not. */
describeWithTerraform('an update', () => {
  let folder: string;
  let changes: ResourceChange[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'update-'));
    const sts: Server = createServer((request, response) => {
      request.resume();
      void once(request, 'end').then(() => response.setHeader('content-type', 'text/xml').end(IDENTITY));
    });
    const server = await listen(sts);
    try {
      await copyFile('terraform/.terraform.lock.hcl', join(folder, '.terraform.lock.hcl'));
      await writeFile(join(folder, 'main.tf'), configuration(server.url));
      await writeFile(join(folder, 'terraform.tfstate'), JSON.stringify(STATE));
      for (const step of ['init -input=false', 'plan -input=false -refresh=false -out=plan']) {
        const { output, failed } = await terraform([...step.split(' '), '-no-color'], folder);
        if (failed) throw new Error(output);
      }
      changes = JSON.parse((await terraform(['show', '-json', 'plan'], folder)).output).resource_changes;
    } finally {
      await server.close();
    }
  }, PATIENCE);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  // "If a revision isn't specified, the latest ACTIVE revision is used": RunTask, read November 2026,
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
  test('registers the new revision of a task before it deregisters the old one, so that RunTask always finds one', () => {
    const replaced = changes.find(({ type }) => type === 'aws_ecs_task_definition');
    expect(replaced?.change.actions).toEqual(['create', 'delete']);
  });
});
