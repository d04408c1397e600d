import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Cloud, type CloudOptions, startCloud } from '../../local/cloud.ts';
import type { Handler } from '../../local/compute/functions.ts';
import { LOCAL_CLIENT } from '../../local/endpoints.ts';

type TestOptions = Partial<Omit<CloudOptions, 'functions' | 'stateMachines'>> & {
  functions?: Record<string, Handler>;
  stateMachines?: Record<string, object>;
};

/** A cloud in a directory of its own, with pauses of a hundredth; `end` removes it. */
export async function setup({ functions = {}, stateMachines = {}, ...options }: TestOptions = {}) {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const start = () =>
    startCloud({
      timeScale: 0.01,
      rules: [],
      ...options,
      directory,
      functions: async () => functions,
      stateMachines: Object.fromEntries(
        Object.entries(stateMachines).map(([name, definition]) => [name, JSON.stringify(definition)]),
      ),
    });
  const cloud = await start();
  return {
    cloud,
    directory,
    clients: clientsOf(cloud),
    /** Another cloud on the same directory. */
    restart: start,
    end: async () => {
      await cloud.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function clientsOf({ urls }: Cloud) {
  const client = (endpoint: string) => ({ ...LOCAL_CLIENT, endpoint, maxAttempts: 1 });
  return {
    s3: new S3Client(client(urls.storage)),
    sqs: new SQSClient(client(urls.storage)),
    dynamoDb: new DynamoDBClient(client(urls.tables)),
    sfn: new SFNClient(client(urls.control)),
    eventBridge: new EventBridgeClient(client(urls.control)),
  };
}

/** Looks every few milliseconds until there is something to see. */
export async function until<Value>(
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
) {
  for (let i = 0; i < 3000; i++) {
    const seen = await look();
    if (seen) return seen;
    await sleep(10);
  }
  throw new Error('It did not happen within thirty seconds');
}
