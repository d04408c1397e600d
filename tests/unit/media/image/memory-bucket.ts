import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ObjectStore } from '../../../../core/aws/object-store.ts';

/** S3 in memory, as far as the product's object store asks. */
export function memoryBucket(objects: Map<string, Buffer>) {
  const calls: string[] = [];
  const send = async (command: unknown): Promise<object> => {
    calls.push((command as object).constructor.name);
    if (command instanceof GetObjectCommand) {
      const body = objects.get(command.input.Key ?? '') ?? Buffer.alloc(0);
      return { Body: Readable.from([body]), ContentLength: body.length };
    }
    if (command instanceof ListObjectsV2Command) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(command.input.Prefix ?? ''));
      return { Contents: keys.map((Key) => ({ Key, ETag: `"${objects.get(Key)?.length}"` })) };
    }
    if (command instanceof PutObjectCommand) {
      objects.set(command.input.Key ?? '', command.input.Body as Buffer);
      return { ETag: `"${objects.size}"` };
    }
    if (command instanceof DeleteObjectsCommand) {
      for (const { Key = '' } of command.input.Delete?.Objects ?? []) objects.delete(Key);
      return {};
    }
    throw new Error(`Expected a call that the product makes, got ${calls.at(-1)}`);
  };
  return { objects, calls, store: new ObjectStore({ send } as unknown as S3Client) };
}
